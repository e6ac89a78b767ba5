import {
  type AttemptEnd,
  type AttemptReason,
  canMove,
  type Failure,
  type JsonObject,
  type Permission,
  type RunnerLastWord,
} from "../../../contract/index.ts"
import { attemptSecretsContext, decrypt, encrypt, hashToken, runSecretsContext } from "../../base/crypto.ts"
import { cleanJson } from "../../base/json.ts"
import type { Handle } from "../../sandbox/executor.ts"
import { mayWriteEnvironment } from "../../store/environments/environments.ts"
import { updateVersion } from "../../store/environments/versions.ts"
import { endAttempt, findAttempt, insertAttempt, updateAttempt } from "../../store/evaluations/attempts.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { deleteRunSecrets, findRunSecrets, saveAttemptSecrets } from "../../store/evaluations/run-secrets.ts"
import { insertRunToken, revokeRunTokens } from "../../store/evaluations/run-tokens.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { storeSamples } from "../../store/samples/sample-batches.ts"
import { endRunSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import { signal, signalNotice } from "../../store/signals.ts"
import { readPiece } from "../attempt/attempt.ts"
import type { Blocked } from "../attempt/classify.ts"
import { gatherInjection, type Injection } from "../attempt/injection.ts"
import { emptyIntake, type Intake, lastWordOf } from "../attempt/intake.ts"
import { type Mask, maskJson, maskOf } from "../attempt/masking.ts"
import type { Engine } from "../engine.ts"

/** The run belongs to another worker now: stop touching it. */
export class Fenced extends Error {}

/** What else changes, in the same transaction, when a run's row does: its attempt begins or ends. */
interface AttemptChange {
  begins?: { reason: AttemptReason }
  ends?: { ended: AttemptEnd; detail?: string }
}

type Transaction = Parameters<typeof lockEvaluation>[0]

const attemptEnds = { COMPLETED: "completed", FAILED: "failed", TIMEOUT: "timeout", CANCELLED: "cancelled" } as const

/**
 * A claimed run as the database has it, and the only way in which its supervisor writes to it. Every write locks the row and is
 * refused (Fenced) unless the row still says what this worker goes by; what there is to hide is masked before anything is stored.
 */
export class RunRecord {
  #row: EvaluationRecord
  #mask: Mask = (text) => text
  #oneOff: Record<string, string> = {}
  #lastWord: RunnerLastWord | null = null
  #blocked: Blocked | null = null

  constructor(
    private readonly engine: Engine,
    row: EvaluationRecord,
  ) {
    this.#row = row
  }

  get row(): EvaluationRecord {
    return this.#row
  }

  get id(): string {
    return this.#row.id
  }

  get handle(): Handle | null {
    return this.#row.handle as unknown as Handle | null
  }

  /** What the run was started with, as a failure's fix is worked out from it. */
  get config(): JsonObject {
    return this.#row.evalConfig ?? {}
  }

  /** The event that the running attempt ended with, when it has come. */
  get lastWord(): RunnerLastWord | null {
    return this.#lastWord
  }

  /** Whether the environment's code keeps its process busy. */
  get blocked(): Blocked | null {
    return this.#blocked
  }

  /** What was not committed did not happen: goes on from the row as it is. */
  goOnFrom(row: EvaluationRecord): void {
    this.#row = row
  }

  /** Reads what the row does not say: the runner's last word, when it came already, and what there is to hide. */
  async recall(): Promise<void> {
    const { db, config } = this.engine.services
    this.#lastWord = (await findAttempt(db, this.id, this.#row.attempt))?.lastWord ?? null
    const stored = await findRunSecrets(db, this.id)
    if (stored?.sealed) this.#oneOff = JSON.parse(decrypt(config.secretKey, stored.sealed, runSecretsContext(this.id)))
    // What an attempt that runs already was given, to hide it from what it still writes.
    if (stored?.sealedAttempt)
      this.#mask = maskOf(JSON.parse(decrypt(config.secretKey, stored.sealedAttempt, attemptSecretsContext(this.id))))
  }

  /** What is set for the environment, as it is at this moment; from here on its secrets and the attempt's token are masked. */
  async gatherInjection(token: string, permissions: Permission[]): Promise<Injection> {
    const { db, config } = this.engine.services
    const { environmentId, userId } = this.#row
    const mayUseSecrets = environmentId !== null && (await mayWriteEnvironment(db, environmentId, userId))
    const injection = await gatherInjection(this.engine.services, environmentId, mayUseSecrets, this.#oneOff)
    const hidden = [...injection.secrets, { name: "PRIME_API_KEY", value: token }]
    const sealed = encrypt(config.secretKey, JSON.stringify(hidden), attemptSecretsContext(this.id))
    await db.transaction(async (tx) => {
      await this.#lock(tx)
      await saveAttemptSecrets(tx, this.id, sealed)
      // An earlier attempt on a machine that is cut off may still be at work, and its sandboxes are no use to this one.
      await revokeRunTokens(tx, this.id)
      await endRunSandboxes(tx, this.id)
      await insertRunToken(tx, { hash: hashToken(token), evaluationId: this.id, permissions, expiresAt: this.#row.deadlineAt as Date })
    })
    this.#mask = maskOf(hidden)
    return injection
  }

  /** Takes in the next piece of what the attempt wrote. False when there was nothing more to take. */
  async takeNext(handle: Handle): Promise<boolean> {
    const piece = await readPiece(handle.workDir, { events: this.#row.eventsOffset, output: this.#row.outputOffset }, this.#mask)
    if (piece) await this.#take(piece.intake, { eventsOffset: piece.offsets.events, outputOffset: piece.offsets.output })
    return piece !== null
  }

  say(level: StoredLogLine["level"], text: string): Promise<void> {
    return this.keep([{ at: Date.now(), stream: "platform", level, text }])
  }

  /** Adds lines to the run's log. */
  keep(lines: StoredLogLine[]): Promise<void> {
    return this.#take({ ...emptyIntake(), logLines: lines.map((line) => ({ ...line, text: this.#mask(line.text) })) })
  }

  /** Changes the row. @throws Error for a status that may not follow the one it has */
  async update(values: Partial<EvaluationRecord>, change: AttemptChange = {}): Promise<void> {
    if (change.begins) this.#lastWord = null
    this.#row = await this.engine.services.db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      if (values.status && values.status !== row.status && !canMove(row.status, values.status))
        throw new Error(`A run cannot go from ${row.status} to ${values.status}`)
      const after = (await updateEvaluation(tx, this.id, values)) as EvaluationRecord
      if (values.handle) await updateAttempt(tx, this.id, after.attempt, { handle: values.handle })
      await this.#changeAttempt(tx, after, change)
      await signalNotice(tx, after)
      return after
    })
  }

  /** The run's end: state, token, sandboxes and secrets in one transaction. */
  async end(status: keyof typeof attemptEnds, why: Failure | null, also: Partial<EvaluationRecord> = {}): Promise<void> {
    const { db, log, meter } = this.engine.services
    await meter.flush()
    const words = why
      ? `${why.title}.${why.message ? ` ${why.message}` : ""}`
      : `Finished: ${this.#row.samplesDone} rollouts, ${this.#row.samplesErrored} with errors`
    await this.say(status === "COMPLETED" ? "info" : status === "CANCELLED" ? "warning" : "error", words)
    const masked = why && maskJson(this.#mask, why)
    this.#row = await db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      if (!canMove(row.status, status)) throw new Error(`A run cannot go from ${row.status} to ${status}`)
      const after = (await updateEvaluation(tx, this.id, {
        ...also,
        status,
        phase: "ended",
        phaseDetail: null,
        failure: cleanJson(masked),
        completedAt: new Date(),
        handle: null,
        samplesToRedo: 0,
      })) as EvaluationRecord
      await this.#changeAttempt(tx, after, { ends: { ended: attemptEnds[status] } })
      await revokeRunTokens(tx, this.id)
      await endRunSandboxes(tx, this.id)
      await deleteRunSecrets(tx, this.id)
      await signalNotice(tx, after)
      // A place among those at work is free.
      await signal(tx, "work")
      return after
    })
    log.info({ evaluation: this.id, status }, "a run ended")
  }

  /** Stores a piece of the spool: rows, counters and the new offset in one transaction, so that each event counts exactly once. */
  async #take(intake: Intake, offsets: { eventsOffset?: number; outputOffset?: number } = {}): Promise<void> {
    const { db } = this.engine.services
    if (intake.blocked !== undefined) this.#blocked = intake.blocked
    const word = lastWordOf(intake)
    const stored = await db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      await appendLogLines(tx, row.id, row.logLines, intake.logLines)
      const started = row.rolloutsStarted + intake.started
      const after = await storeSamples(tx, row, intake.samples, {
        ...offsets,
        logLines: row.logLines + intake.logLines.length,
        rolloutsStarted: started,
        ...(intake.total === null ? {} : { rolloutsTotal: intake.total }),
        ...(intake.loaded?.harnesses ? { metadata: cleanJson({ ...row.metadata, harnesses: intake.loaded.harnesses }) } : {}),
        ...(intake.total !== null || intake.samples.length > 0 ? { phase: "running" as const, phaseDetail: null } : {}),
        ...(intake.phase === "import" ? { phaseDetail: "importing the environment" } : {}),
        ...(intake.phase === "load" ? { phaseDetail: "loading the environment" } : {}),
      })
      const size = intake.loaded?.dataset_size ?? null
      if (size !== null && row.versionId && Object.keys((row.evalConfig?.env_args as object) ?? {}).length === 0)
        await updateVersion(tx, row.versionId, { datasetSize: size })
      if (word) await updateAttempt(tx, row.id, row.attempt, { lastWord: cleanJson(word) })
      await signalNotice(tx, after)
      return after
    })
    this.#row = stored
    this.#lastWord = word ?? this.#lastWord
  }

  /** Locks the row, and makes sure that it still says what this supervisor goes by: whose it is, which attempt, how far it was read. */
  async #lock(tx: Transaction): Promise<EvaluationRecord> {
    const row = await lockEvaluation(tx, this.id)
    const known = this.#row
    const same =
      row?.leaseOwner === this.engine.owner &&
      row.attempt === known.attempt &&
      row.eventsOffset === known.eventsOffset &&
      row.outputOffset === known.outputOffset
    if (!row || !same) throw new Fenced()
    return row
  }

  async #changeAttempt(tx: Transaction, row: EvaluationRecord, { begins, ends }: AttemptChange): Promise<void> {
    if (begins)
      await insertAttempt(tx, {
        evaluationId: this.id,
        number: row.attempt,
        reason: begins.reason,
        resumeMode: begins.reason === "resumed" ? row.resume?.mode : null,
        resumedBy: begins.reason === "resumed" ? row.resume?.userId : null,
        executor: this.engine.executor.kind,
        machine: this.engine.machine,
      })
    if (ends) await endAttempt(tx, this.id, row.attempt, ends.ended, ends.detail ?? null)
  }
}

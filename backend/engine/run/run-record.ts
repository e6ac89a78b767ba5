import { canMove, type Failure, type JsonObject, type Permission, type RunnerLastWord, type Settled } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { toError } from "../../base/errors.ts"
import { cleanJson } from "../../base/json.ts"
import { tellRunEnded } from "../../outbox/tell-run-ended.ts"
import type { Handle } from "../../sandbox/executor.ts"
import { updateVersion } from "../../store/environments/versions.ts"
import { findAttempt, updateAttempt } from "../../store/evaluations/attempts.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { deleteRunSecrets, saveAttemptSecrets } from "../../store/evaluations/run-secrets.ts"
import { readStatistics } from "../../store/evaluations/run-statistics.ts"
import { insertRunToken, revokeRunTokens } from "../../store/evaluations/run-tokens.ts"
import { demandFindings } from "../../store/findings/run-findings.ts"
import { deleteRunSshKeys } from "../../store/instances/ssh-keys.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { fenceRemoteAttempts } from "../../store/remote/remote-attempts.ts"
import { storeSamples } from "../../store/samples/sample-batches.ts"
import { leaveOutBeyond } from "../../store/samples/withdraw-samples.ts"
import { endRunSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import { demandLogTexts, isDemand } from "../../store/search/log-texts.ts"
import { keepShards } from "../../store/shards/shards.ts"
import { signal, signalNotice } from "../../store/signals.ts"
import { endRunTunnels } from "../../store/tunnels/tunnels.ts"
import { type AttemptHandle, spoolOf } from "../attempt/attempt-process.ts"
import type { Blocked } from "../attempt/classify.ts"
import { attemptId, handleOf } from "../attempt/folder.ts"
import { type Piece, readNext } from "../attempt/follow.ts"
import type { Injection } from "../attempt/injection.ts"
import { emptyIntake, type Intake, lastWordOf } from "../attempt/intake.ts"
import { LogAllowance } from "../attempt/log-allowance.ts"
import { maskJson } from "../attempt/masking.ts"
import { outputBytesMax } from "../attempt/process-spec.ts"
import { bytesAtOnceDefault, type Offsets, type Spool } from "../attempt/spool.ts"
import { splitNames, splitsInto } from "../shards/shard-jobs.ts"
import { ShardSpools } from "../shards/shard-spools.ts"
import type { WorkerContext } from "../worker-context.ts"
import { type AttemptChange, attemptEnds, changeAttempt } from "./attempt-change.ts"
import { datasetSizeOf, progressOf } from "./progress.ts"
import { RunSecrets } from "./run-secrets.ts"

/** The run belongs to another worker now: stop touching it. */
export class Fenced extends Error {}

type Transaction = Parameters<typeof lockEvaluation>[0]

/** A piece of this size is not the last of what is there, which is then read on at once. */
const fullPiece = bytesAtOnceDefault / 2
/** After so long the supervisor looks after the process again, however much there is to store. */
const storesForMs = 700

/**
 * A claimed run as the database has it, and the only way in which its supervisor writes to it. Every write locks the row and is
 * refused (Fenced) unless the row is still as this worker knows it. Secrets are masked before anything is stored.
 */
export class RunRecord {
  #row: EvaluationRecord
  #secrets: RunSecrets
  #lastWord: RunnerLastWord | null = null
  #blocked: Blocked | null = null
  /** Of an attempt of several processes what has been read, once it was asked for. */
  #shards: ShardSpools | null = null
  readonly #allowance = new LogAllowance(outputBytesMax)

  constructor(
    private readonly context: WorkerContext,
    row: EvaluationRecord,
  ) {
    this.#row = row
    this.#secrets = new RunSecrets(context.services, row.id)
  }

  get row(): EvaluationRecord {
    return this.#row
  }

  get id(): string {
    return this.#row.id
  }

  get handle(): AttemptHandle | null {
    return this.#row.handle as unknown as AttemptHandle | null
  }

  /** What the run was started with. */
  get config(): JsonObject {
    return this.#row.evalConfig ?? {}
  }

  /** The event that the running attempt ended with, once it has arrived. */
  get lastWord(): RunnerLastWord | null {
    return this.#lastWord
  }

  /** Where the environment's code keeps its process busy, if it does. */
  get blocked(): Blocked | null {
    return this.#blocked
  }

  /** Whether this worker can inspect and end the current attempt, which has this handle: it is on the same machine, or reports by itself. */
  isInReach(handle: Handle | null): boolean {
    return handle?.remote === true || this.#row.machine === this.context.machine
  }

  get isLate(): boolean {
    return this.#row.deadlineAt !== null && Date.now() > this.#row.deadlineAt.getTime()
  }

  /** Changes as long as the run makes progress. */
  get position(): string {
    const { attempt, eventsOffset, outputOffset } = this.#row
    return `${attempt}:${eventsOffset}:${outputOffset}`
  }

  /** Continues from the row as it is stored: what was not committed did not happen. */
  continueFrom(row: EvaluationRecord): void {
    this.#row = row
    this.#shards = null
  }

  /** Reads what the row does not contain: the runner's last event, if it has arrived, and the secrets to mask. */
  async recall(): Promise<void> {
    this.#lastWord = (await findAttempt(this.context.services.db, this.id, this.#row.attempt))?.lastWord ?? null
    await this.#secrets.recall()
  }

  /** Gathers what the environment is given, and makes `token` the run's only one. From here on its secrets and the token are masked. */
  async gatherInjection(token: string, permissions: Permission[]): Promise<Injection> {
    const { injection, hidden, sealed } = await this.#secrets.gather(this.#row, token)
    await this.context.services.db.transaction(async (tx) => {
      await this.#lock(tx)
      await saveAttemptSecrets(tx, this.id, sealed)
      // An earlier attempt may still run on a machine that is cut off, and its sandboxes and tunnels are of no use to this one.
      await this.#endAccess(tx)
      await insertRunToken(tx, { hash: hashToken(token), evaluationId: this.id, permissions, expiresAt: this.#row.deadlineAt as Date })
    })
    this.context.services.runCallers.forget()
    this.#secrets.hide(hidden)
    return injection
  }

  /** Whether all that the attempt has written so far is stored. */
  hasRead({ events, output }: Offsets): boolean {
    return this.#row.eventsOffset === events && this.#row.outputOffset === output
  }

  /** Stores the next piece of what the attempt wrote. False when there was nothing new. */
  async takeNext(handle: AttemptHandle): Promise<boolean> {
    if (handle.shards) return this.#takeNextOfShards(handle.shards)
    const spool = spoolOf(this.context, handle)
    const readFrom = (from: Offsets) => readNext(spool, from, this.#secrets.mask, this.#allowance)
    const start = { events: this.#row.eventsOffset, output: this.#row.outputOffset }
    const until = performance.now() + storesForMs
    let piece: Piece | null = await readFrom(start)
    if (!piece) return false
    let from: Offsets = start
    while (piece) {
      const { intake, offsets }: Piece = piece
      const goesOn = offsets.events - from.events >= fullPiece && performance.now() < until && intake.split === null
      // Where there is more, it is read while this piece is stored. What goes wrong with it comes up when this one is.
      const reading: Promise<Piece | null> = goesOn ? readFrom(offsets) : Promise.resolve(null)
      reading.catch(() => {})
      await this.#take(intake, { forget: spool.forget, offsets }, goesOn)
      piece = await reading
      if (goesOn && !piece) await signalNotice(this.context.services.db, this.#row)
      from = offsets
    }
    return true
  }

  async #takeNextOfShards(handles: Handle[]): Promise<boolean> {
    this.#shards ??= await ShardSpools.open(this.context, this.id, this.#row.attempt)
    const piece = await this.#shards.next(handles, this.#secrets.mask, this.#allowance)
    if (!piece) return false
    await this.#take(piece.intake, piece)
    piece.isStored()
    return true
  }

  /** Stores everything the attempt has written that was not read yet. */
  async takeAll(handle: AttemptHandle): Promise<void> {
    while (await this.takeNext(handle)) {}
  }

  /** Adds a line of the platform's to the run's log. */
  log(level: StoredLogLine["level"], text: string): Promise<void> {
    return this.appendLog([{ at: Date.now(), stream: "platform", level, text }])
  }

  appendLog(lines: StoredLogLine[]): Promise<void> {
    return this.#take({ ...emptyIntake(), logLines: lines.map((line) => ({ ...line, text: this.#secrets.mask(line.text) })) })
  }

  /** Changes the row. @throws Error for a status that may not follow the current one */
  async update(values: Partial<EvaluationRecord>, change: AttemptChange = {}): Promise<void> {
    if (change.begins) {
      this.#lastWord = null
      this.#shards = null
    }
    this.#row = await this.context.services.db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      if (values.status && values.status !== row.status) checkMove(row, values.status)
      const after = (await updateEvaluation(tx, this.id, values)) as EvaluationRecord
      if (values.handle) await updateAttempt(tx, this.id, after.attempt, { handle: values.handle, processes: processesIn(values.handle) })
      await changeAttempt(tx, after, change, this.context)
      await signalNotice(tx, after)
      return after
    })
  }

  /**
   * Ends the run: state, token, sandboxes, tunnels and secrets in one transaction.
   * @param facts added to the run's metadata as it is by then
   * @param settled the answer with which the run stopped early: what is stored beyond its examples is left out
   */
  async end(status: keyof typeof attemptEnds, why: Failure | null, facts: JsonObject = {}, settled: Settled | null = null): Promise<void> {
    const { db, log, meter, runCallers } = this.context.services
    await meter.flush()
    const summary = why
      ? `${why.title}.${why.message ? ` ${why.message}` : ""}`
      : `Finished: ${this.#row.samplesDone} rollouts, ${this.#row.samplesErrored} with errors`
    await this.log(status === "COMPLETED" ? "info" : status === "CANCELLED" ? "warning" : "error", summary)
    const masked = why && maskJson(this.#secrets.mask, why)
    this.#row = await db.transaction(async (tx) => {
      const locked = await this.#lock(tx)
      checkMove(locked, status)
      const row = settled ? await leaveOutBeyond(tx, locked, settled.examples) : locked
      const after = (await updateEvaluation(tx, this.id, {
        ...(settled ? { settling: settled, rolloutsTotal: row.samplesDone, rolloutsStarted: row.samplesDone } : {}),
        metadata: cleanJson({ ...row.metadata, ...facts }),
        status,
        phase: "ended",
        phaseDetail: null,
        failure: cleanJson(masked),
        completedAt: new Date(),
        handle: null,
        samplesToRedo: 0,
      })) as EvaluationRecord
      await changeAttempt(tx, after, { ends: { ended: attemptEnds[status] } }, this.context)
      await this.#endAccess(tx)
      await deleteRunSecrets(tx, this.id)
      await demandLogTexts(tx, row.id, row.logLines)
      await demandFindings(tx, row.id)
      await tellRunEnded(tx, after)
      await signalNotice(tx, after)
      // There is capacity for another run.
      await signal(tx, "work")
      return after
    })
    runCallers.forget()
    log.info({ evaluation: this.id, status }, "a run ended")
    // They are kept, so that the first look at the result does not wait for them.
    await readStatistics(db, this.#row).catch((error: unknown) =>
      log.warn({ evaluation: this.id, error: toError(error).message }, "the statistics of a run could not be kept"),
    )
  }

  /**
   * The processes that an attempt of one splits into, from the piece on in which it says so; null where it may not, or has done so. Stored with that piece:
   * one that is not started after all is lost, and its rollouts are for the next attempt.
   */
  #splitOf({ split }: Intake): AttemptHandle | null {
    const { handle, row } = this
    if (split === null || !handle || handle.shards || handle.remote || split > splitsInto(row, this.context.services.config)) return null
    const names = splitNames(attemptId(row.id, row.attempt), split)
    return { ...handle, shards: names.map((name, shard) => (shard === 0 ? handle : handleOf(this.context, name))) }
  }

  /**
   * Stores a piece of the spool: rows, counters and the new offset in one transaction, so that each event counts exactly once.
   * @param isQuiet no notice is sent: that of the piece behind it says the same and more
   */
  async #take(intake: Intake, read?: { forget: Spool["forget"]; offsets: Offsets }, isQuiet = false): Promise<void> {
    if (intake.blocked !== undefined) this.#blocked = intake.blocked
    const split = this.#splitOf(intake)
    const firstWord = lastWordOf(intake)
    // Of several processes it is one's own, and the attempt's last word that of all of them.
    const word = split ? null : firstWord
    const stored = await this.context.services.db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      await appendLogLines(tx, row.id, row.logLines, intake.logLines)
      const offsets = read ? { eventsOffset: read.offsets.events, outputOffset: read.offsets.output } : {}
      const handle = split ? { handle: { ...split } } : {}
      const after = await storeSamples(tx, row, intake.samples, { ...offsets, ...handle, ...progressOf(row, intake) })
      await read?.forget(tx, read.offsets)
      if (split) {
        await updateAttempt(tx, row.id, row.attempt, { ...handle, processes: processesIn(split) })
        const { eventsOffset, outputOffset } = after
        await keepShards(tx, row.id, row.attempt, [{ shard: 0, eventsOffset, outputOffset, lastWord: firstWord && cleanJson(firstWord) }])
      }
      const datasetSize = datasetSizeOf(row, intake)
      if (isDemand(row.logLines, after.logLines)) await demandLogTexts(tx, row.id, after.logLines)
      if (datasetSize !== null && row.versionId) await updateVersion(tx, row.versionId, { datasetSize })
      if (word) await updateAttempt(tx, row.id, row.attempt, { lastWord: cleanJson(word) })
      if (!isQuiet) await signalNotice(tx, after)
      return after
    })
    this.#row = stored
    this.#lastWord = word ?? this.#lastWord
  }

  /** Ends what an attempt may do: its tokens, and the sandboxes and tunnels that it opened. */
  async #endAccess(tx: Transaction): Promise<void> {
    await fenceRemoteAttempts(tx, this.id)
    await revokeRunTokens(tx, this.id)
    await endRunSandboxes(tx, this.id)
    await endRunTunnels(tx, this.id)
    await deleteRunSshKeys(tx, this.id)
  }

  /** Locks the row, and makes sure that owner, attempt and offsets are still those this supervisor knows. @throws Fenced */
  async #lock(tx: Transaction): Promise<EvaluationRecord> {
    const row = await lockEvaluation(tx, this.id)
    const known = this.#row
    const isSame =
      row?.leaseOwner === this.context.owner &&
      row.attempt === known.attempt &&
      row.eventsOffset === known.eventsOffset &&
      row.outputOffset === known.outputOffset
    if (!row || !isSame) throw new Fenced()
    return row
  }
}

const processesIn = (handle: AttemptHandle | JsonObject): number => (handle as unknown as AttemptHandle).shards?.length ?? 1

function checkMove(row: EvaluationRecord, status: EvaluationRecord["status"]): void {
  if (!canMove(row.status, status)) throw new Error(`A run cannot go from ${row.status} to ${status}`)
}

import { setTimeout as sleep } from "node:timers/promises"
import {
  canMove,
  type EvaluationStatus,
  type Failure,
  HostedEvalConfig,
  hasOwnEndpoint,
  isTerminal,
  type JsonObject,
  limits,
  permissionsOf,
  type RunnerJob,
} from "../../contract/index.ts"
import { attemptSecretsContext, decrypt, encrypt, hashToken, runSecretsContext } from "../base/crypto.ts"
import { toError } from "../base/errors.ts"
import { newToken } from "../base/ids.ts"
import { cleanJson } from "../base/json.ts"
import { executorWords, type Handle, type Inspection } from "../sandbox/executor.ts"
import { reachEndpoint } from "../sandbox/network.ts"
import { findVersionById, mayWriteEnvironment, updateVersion, type VersionRecord } from "../store/environments.ts"
import {
  deleteRunSecrets,
  type EvaluationRecord,
  findEvaluationRow,
  findRunSecrets,
  lockEvaluation,
  saveAttemptSecrets,
  updateEvaluation,
} from "../store/evaluations.ts"
import { insertRunToken, revokeRunTokens } from "../store/identity.ts"
import { beatSeconds, releaseEvaluationLease, renewEvaluationLease } from "../store/leases.ts"
import { appendLogLines, type StoredLogLine } from "../store/logs.ts"
import { storeSamples } from "../store/sample-batches.ts"
import { listStoredRollouts } from "../store/samples.ts"
import { countSandboxTime } from "../store/sandbox-time.ts"
import { endRunSandboxes } from "../store/sandboxes.ts"
import { signalNotice } from "../store/signals.ts"
import { followAttempt, installVersion, moduleName, readPiece, removeAttempt, runnerJob, startAttempt } from "./attempt.ts"
import { type Blocked, classify, classifyEnd, endInWords, failure, type ProcessEnd, timedOut } from "./classify.ts"
import type { Engine } from "./engine.ts"
import { gatherInjection, type Injection } from "./injection.ts"
import { emptyIntake, type Intake } from "./intake.ts"
import { type Mask, maskJson, maskOf } from "./masking.ts"
import { InstallError } from "./python-environments.ts"

/** The run belongs to another worker now: stop touching it. */
class Fenced extends Error {}

const stopGraceMs = 1000
/** Attempts of a run whose process vanished. Starts after an orderly stop of the platform do not count. */
const lostAttemptsMax = 3
/** Looks at a run that failed for reasons of the platform, such as a database that does not answer for a moment. */
const troublesMax = 5

/**
 * Does one claimed run from where it stands to its end: installs the environment, starts the runner, takes in what it writes,
 * stops it when somebody asks or time is up. May be taken over at any moment by another worker; everything it knows is in the row.
 */
export class RunSupervisor {
  #row: EvaluationRecord
  #mask: Mask = (text) => text
  #oneOff: Record<string, string> = {}
  #stop = new AbortController()
  #detach = false
  #lost = 0
  #excess: string | null = null
  #interpreter: string | null = null
  #outcome: { finished: Intake["finished"]; failed: Intake["failed"] } = { finished: null, failed: null }
  #blocked: Blocked | null = null

  constructor(
    private readonly engine: Engine,
    row: EvaluationRecord,
  ) {
    this.#row = row
  }

  get id(): string {
    return this.#row.id
  }

  /** Somebody asked to stop the run. */
  cancel(): void {
    this.#stop.abort("cancelled")
  }

  /** Stops the run when it has used up what it, or the account that pays for it, may. */
  async checkBudget(): Promise<void> {
    const excess = await this.engine.services.budgets.excessOfRun(this.id).catch(() => null)
    if (excess === null || this.#stop.signal.aborted) return
    this.#excess = excess
    this.#stop.abort("budget")
  }

  /** This worker is going away: leave the run as it is, for the next worker. */
  detach(): void {
    this.#detach = true
    this.#stop.abort("detached")
  }

  async run(): Promise<void> {
    const { services, owner } = this.engine
    const beat = setInterval(() => {
      renewEvaluationLease(services.db, this.id, owner).then(
        (lease) => {
          // The signal that somebody asked to stop may have been lost; the row has not.
          if (!lease) this.#stop.abort("fenced")
          else if (lease.cancelled) this.cancel()
          else if (this.#row.handle) return this.#countSandboxTime().then(() => this.checkBudget())
        },
        () => {},
      )
    }, beatSeconds * 1000)
    try {
      for (let tries = 1; ; tries++) {
        try {
          await this.#readSecrets()
          return await this.#untilEnd()
        } catch (error) {
          if (error instanceof Fenced || this.#stop.signal.reason === "fenced") return
          services.log.error({ error: toError(error).stack, evaluation: this.id, tries }, "a run could not be supervised")
          if (tries === troublesMax) return await this.#giveUp().catch(() => {})
          await sleep(tries * 1000)
          // What was not committed did not happen: go on from the row as it is.
          this.#row = (await findEvaluationRow(services.db, this.id).catch(() => undefined)) ?? this.#row
        }
      }
    } finally {
      clearInterval(beat)
      // Whoever changes something and runs it again should not wait for the import.
      if (this.#interpreter) this.engine.warm.keep(this.#interpreter)
      await releaseEvaluationLease(services.db, this.id, owner).catch(() => {})
    }
  }

  /** The platform's own trouble does not pass. The words stay in the worker's log: they may quote queries. */
  async #giveUp(): Promise<void> {
    const handle = this.#row.handle as unknown as Handle | null
    if (handle) await this.engine.executor.stop(handle, stopGraceMs)
    await this.#end("FAILED", failure("platform"))
  }

  /** Secrets that came with the launch; and what an attempt that runs already was given, to hide it from what it still writes. */
  async #readSecrets(): Promise<void> {
    const { db, config } = this.engine.services
    const stored = await findRunSecrets(db, this.id)
    if (stored?.sealed) this.#oneOff = JSON.parse(decrypt(config.secretKey, stored.sealed, runSecretsContext(this.id)))
    if (stored?.sealedAttempt)
      this.#mask = maskOf(JSON.parse(decrypt(config.secretKey, stored.sealedAttempt, attemptSecretsContext(this.id))))
  }

  /** What is set for the environment, as it is at this moment; from here on its secrets and the attempt's token are masked. */
  async #gatherInjection(token: string): Promise<Injection> {
    const { db, config } = this.engine.services
    const { environmentId, userId } = this.#row
    const mayUseSecrets = environmentId !== null && (await mayWriteEnvironment(db, environmentId, userId))
    const injection = await gatherInjection(this.engine.services, environmentId, mayUseSecrets, this.#oneOff)
    const hidden = [...injection.secrets, { name: "PRIME_API_KEY", value: token }]
    await saveAttemptSecrets(db, this.id, encrypt(config.secretKey, JSON.stringify(hidden), attemptSecretsContext(this.id)))
    this.#mask = maskOf(hidden)
    return injection
  }

  async #untilEnd(): Promise<void> {
    while (!isTerminal(this.#row.status)) {
      if (this.#row.cancelRequestedAt) this.#stop.abort("cancelled")
      const handle = this.#row.handle as unknown as Handle | null
      const state: Inspection | null = handle ? await this.engine.executor.inspect(handle) : null
      if (handle && state?.phase === "running") {
        if (await this.#follow(handle)) return
        continue
      }
      if (handle) {
        // An earlier attempt ended while nobody watched: take in the rest of what it wrote.
        await this.#drain(handle)
        if (await this.#conclude(state as Inspection)) return
      }
      if (this.#stop.signal.aborted) return this.#endStopped()
      if (!(await this.#startAttempt())) return
    }
  }

  /** Prepares and starts a new attempt. False when the run ended instead. */
  async #startAttempt(): Promise<boolean> {
    const { services, executor, owner } = this.engine
    const { db } = services
    const version = this.#row.versionId ? await findVersionById(db, this.#row.versionId) : undefined
    if (!version) {
      await this.#end("FAILED", failure("environment_install", { message: "The environment's version was deleted before the run began" }))
      return false
    }
    const config = HostedEvalConfig.omit({ custom_secrets: true }).parse(this.#row.evalConfig)
    const startedAt = this.#row.startedAt ?? new Date()
    const minutes = config.timeout_minutes ?? limits.timeoutMinutesDefault
    await this.#update({
      status: "RUNNING",
      phase: "installing",
      phaseDetail: "installing environment",
      attempt: this.#row.attempt + 1,
      handle: null,
      eventsOffset: 0,
      outputOffset: 0,
      rolloutsStarted: this.#row.samplesDone,
      startedAt,
      deadlineAt: this.#row.deadlineAt ?? new Date(startedAt.getTime() + minutes * 60_000),
      executor: executor.kind,
    })
    await this.#say(
      "info",
      this.#row.attempt === 1
        ? `Installing ${this.#label()}`
        : `Attempt ${this.#row.attempt}: going on with ${this.#row.samplesDone} rollouts done`,
    )
    const stopInstalling = AbortSignal.any([
      this.#stop.signal,
      AbortSignal.timeout(Math.max(0, (this.#row.deadlineAt as Date).getTime() - Date.now())),
    ])
    const installed: StoredLogLine[] = []
    try {
      this.#interpreter = await installVersion(this.engine, version, installed, stopInstalling)
    } catch (error) {
      await this.#keep(installed)
      if (this.#stop.signal.aborted) {
        await this.#endStopped()
        return false
      }
      if (stopInstalling.aborted) await this.#endLate("The time was used up while the environment was being installed")
      else
        await this.#end(
          "FAILED",
          failure(error instanceof InstallError ? "environment_install" : "platform", { message: toError(error).message }),
        )
      return false
    }
    await this.#keep(installed)

    const token = newToken("her_")
    const permissions = permissionsOf(config)
    await insertRunToken(db, { hash: hashToken(token), evaluationId: this.id, permissions, expiresAt: this.#row.deadlineAt as Date })
    const injection = await this.#gatherInjection(token)
    const job = await this.#job(config, version)
    const endpoint = config.api_base_url ? await reachEndpoint(config.api_base_url, services.config.sandbox.allow) : { reach: [] }
    if ("refused" in endpoint && executor.kind !== "process") {
      await this.#end("FAILED", failure("inference_unavailable", { message: endpoint.refused }))
      return false
    }
    await this.#update({ phase: "starting", phaseDetail: "starting the environment" })
    await this.#say("info", `The environment runs in ${executorWords[executor.kind]}`)
    const handle = await startAttempt(this.engine, {
      id: this.#attemptId(this.#row.attempt),
      interpreter: this.#interpreter,
      job,
      injection,
      variables: this.#variables(token),
      reach: "reach" in endpoint ? endpoint.reach : [],
    })
    await this.#update({ handle: handle as unknown as EvaluationRecord["handle"] })
    await this.#countSandboxTime()
    services.log.info({ evaluation: this.id, attempt: this.#row.attempt, owner }, "a run started")
    return true
  }

  #attemptId(attempt: number): string {
    return `${this.id}-${attempt}`
  }

  /** What the run was started with, as a failure's fix is worked out from it. */
  get #config(): JsonObject {
    return this.#row.evalConfig ?? {}
  }

  #label(): string {
    const [environment] = this.#row.environments
    return environment
      ? `${environment.owner}/${environment.name}@${environment.version ?? environment.content_hash?.slice(0, 8)}`
      : "the environment"
  }

  async #job(config: Omit<HostedEvalConfig, "custom_secrets">, version: VersionRecord): Promise<RunnerJob> {
    const stored = await listStoredRollouts(this.engine.services.db, this.id)
    const headers = (config.headers ?? []).map(
      (line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()] as const,
    )
    const gateway = `http://127.0.0.1:${this.engine.services.config.workerPort}/api/v1`
    return runnerJob({
      mode: "evaluate",
      environment: moduleName(this.#row.environments[0]?.name ?? version.wheelFilename),
      env_args: config.env_args ?? {},
      extra_env_kwargs: config.extra_env_kwargs ?? {},
      model: this.#row.modelName ?? "",
      num_examples: config.num_examples,
      rollouts_per_example: config.rollouts_per_example,
      max_concurrent: config.max_concurrent ?? limits.maxConcurrentDefault,
      max_retries: config.max_retries ?? limits.maxRetriesDefault,
      independent_scoring: config.independent_scoring ?? false,
      sampling_args: config.sampling_args ?? {},
      state_columns: config.state_columns ?? [],
      verbose: config.verbose ?? false,
      client: {
        type: config.api_client_type ?? "openai_chat_completions",
        base_url: config.api_base_url ?? gateway,
        key_var: config.api_base_url ? (config.api_key_var ?? "CUSTOM_ENDPOINT_KEY") : "PRIME_API_KEY",
        headers: Object.fromEntries(headers),
      },
      on_rollout_exception: config.on_rollout_exception ?? "record",
      done: stored.map(({ exampleId, rolloutIndex }) => [/^-?\d+$/.test(exampleId) ? Number(exampleId) : exampleId, rolloutIndex]),
    })
  }

  /** Where the environment finds the platform, and with which key. */
  #variables(token: string): Record<string, string> {
    const base = `http://127.0.0.1:${this.engine.services.config.workerPort}`
    return { PRIME_API_KEY: token, PRIME_API_BASE_URL: base, PRIME_INFERENCE_URL: `${base}/api/v1` }
  }

  /** Watches a running attempt until it ends. True when the run has ended with it, or goes on elsewhere. */
  async #follow(handle: Handle): Promise<boolean> {
    const { executor, stopRuns } = this.engine
    const ended = await followAttempt(
      this.engine,
      handle,
      () => this.#takeNext(handle),
      () => this.#stop.signal.aborted || this.#isLate(),
      this.#stop.signal,
    )
    if (this.#stop.signal.reason === "fenced") throw new Fenced()
    await this.#countSandboxTime()
    if (ended) return this.#conclude(ended)
    if (this.#detach && !stopRuns) return true
    await executor.stop(handle, stopGraceMs)
    await this.#drain(handle)
    if (this.#detach) {
      await this.#say("info", "The platform is stopping; the run goes on when it starts again")
      await this.#update({ handle: null, status: "PENDING", phase: "queued", phaseDetail: "waiting for the platform to start again" })
    } else if (this.#stop.signal.aborted) await this.#endStopped()
    else await this.#endLate(`The run was to end by ${this.#row.deadlineAt?.toISOString()}`)
    return true
  }

  #isLate(): boolean {
    return this.#row.deadlineAt !== null && Date.now() > this.#row.deadlineAt.getTime()
  }

  /** Decides what the end of an attempt means. True when the run has ended. */
  async #conclude(state: Inspection): Promise<boolean> {
    const { finished, failed } = this.#outcome
    if (this.#stop.signal.reason === "cancelled" || this.#stop.signal.reason === "budget") {
      await this.#endStopped()
      return true
    }
    if (finished) {
      await this.#end("COMPLETED", null, { metadata: cleanJson({ ...this.#row.metadata, ...libraryFacts(finished.metadata) }) })
      return true
    }
    // A runner that was told to stop says so as a failure; when nobody wanted an end, it is done again. What the environment
    // itself raises has a longer name.
    const wasStopped = failed?.errors[0]?.type === "asyncio.CancelledError"
    if (failed && !wasStopped) {
      await this.#end("FAILED", classify(failed, this.#config))
      return true
    }
    this.#lost++
    const end: ProcessEnd | null = state.phase === "exited" ? state : null
    await this.#say("warning", `The environment's process ended without a word: ${endInWords(end)}`)
    // A limit that was reached once is reached again.
    if (end?.limit || this.#lost >= lostAttemptsMax) {
      await this.#end("FAILED", classifyEnd(end, this.#lost, this.#config))
      return true
    }
    await this.#update({ handle: null })
    return false
  }

  #endLate(message: string): Promise<void> {
    const { max } = this.engine.services.config.timeoutMinutes
    return this.#end("TIMEOUT", timedOut(message, this.#blocked, this.#config, max))
  }

  #endStopped(): Promise<void> {
    if (this.#stop.signal.reason === "cancelled") return this.#end("CANCELLED", failure("cancelled"))
    if (this.#stop.signal.reason === "budget")
      return this.#end("FAILED", failure("budget_exceeded", { message: this.#excess }, this.#config))
    if (this.#stop.signal.reason === "fenced") throw new Fenced()
    return this.#update({ status: "PENDING", phase: "queued", phaseDetail: null })
  }

  /** Adds the time since the last count to what the run's sandbox was at work. It is charged where nothing else is. */
  async #countSandboxTime(): Promise<void> {
    const { db, config } = this.engine.services
    const isCharged = config.sandboxUsdPerHour > 0 && hasOwnEndpoint(this.#row.evalConfig)
    await countSandboxTime(db, this.#row, isCharged ? config.sandboxUsdPerHour : null)
  }

  async #drain(handle: Handle): Promise<void> {
    while (await this.#takeNext(handle)) {}
  }

  /** Takes in the next piece of what the attempt wrote. False when there was nothing more to take. */
  async #takeNext(handle: Handle): Promise<boolean> {
    const piece = await readPiece(handle.workDir, { events: this.#row.eventsOffset, output: this.#row.outputOffset }, this.#mask)
    if (piece) await this.#take(piece.intake, { eventsOffset: piece.offsets.events, outputOffset: piece.offsets.output })
    return piece !== null
  }

  /** Stores a piece of the spool: rows, counters and the new offset in one transaction, so that each event counts exactly once. */
  async #take(intake: Intake, offsets: { eventsOffset?: number; outputOffset?: number } = {}): Promise<void> {
    const { db } = this.engine.services
    this.#outcome = { finished: intake.finished ?? this.#outcome.finished, failed: intake.failed ?? this.#outcome.failed }
    if (intake.blocked !== undefined) this.#blocked = intake.blocked
    await db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      await appendLogLines(tx, row.id, row.logLines, intake.logLines)
      const started = row.rolloutsStarted + intake.started
      this.#row = await storeSamples(tx, row, intake.samples, {
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
      await signalNotice(tx, this.#row)
    })
  }

  async #lock(tx: Parameters<typeof lockEvaluation>[0]): Promise<EvaluationRecord> {
    const row = await lockEvaluation(tx, this.id)
    if (!row || row.leaseOwner !== this.engine.owner) throw new Fenced()
    return row
  }

  async #say(level: StoredLogLine["level"], text: string): Promise<void> {
    await this.#keep([{ at: Date.now(), stream: "platform", level, text }])
  }

  #keep(lines: StoredLogLine[]): Promise<void> {
    return this.#take({ ...emptyIntake(), logLines: lines.map((line) => ({ ...line, text: this.#mask(line.text) })) })
  }

  async #update(values: Partial<EvaluationRecord>): Promise<void> {
    await this.engine.services.db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      if (values.status && values.status !== row.status && !canMove(row.status, values.status))
        throw new Error(`A run cannot go from ${row.status} to ${values.status}`)
      this.#row = (await updateEvaluation(tx, this.id, values)) as EvaluationRecord
      await signalNotice(tx, this.#row)
    })
  }

  /** The run's end: state, token and secrets in one transaction; then the work dir goes. */
  async #end(status: EvaluationStatus, why: Failure | null, also: Partial<EvaluationRecord> = {}): Promise<void> {
    const { db, log, meter } = this.engine.services
    await meter.flush()
    const words = why
      ? `${why.title}.${why.message ? ` ${why.message}` : ""}`
      : `Finished: ${this.#row.samplesDone} rollouts, ${this.#row.samplesErrored} with errors`
    await this.#say(status === "COMPLETED" ? "info" : status === "CANCELLED" ? "warning" : "error", words)
    const masked = why && maskJson(this.#mask, why)
    await db.transaction(async (tx) => {
      const row = await this.#lock(tx)
      if (isTerminal(row.status)) return
      this.#row = (await updateEvaluation(tx, this.id, {
        ...also,
        status,
        phase: "ended",
        phaseDetail: null,
        failure: cleanJson(masked),
        completedAt: new Date(),
        handle: null,
      })) as EvaluationRecord
      await revokeRunTokens(tx, this.id)
      await endRunSandboxes(tx, this.id)
      await deleteRunSecrets(tx, this.id)
      await signalNotice(tx, this.#row)
    })
    log.info({ evaluation: this.id, status }, "a run ended")
    // Of all attempts: one that was lost has left its files, secrets among them.
    for (let attempt = 1; attempt <= this.#row.attempt; attempt++) await removeAttempt(this.engine, this.#attemptId(attempt))
  }
}

/** What is kept of the library's own metadata: its averages, as a check of ours, and its version. */
function libraryFacts(metadata: Record<string, unknown>): Record<string, unknown> {
  const kept = [
    "avg_reward",
    "avg_metrics",
    "avg_error",
    "pass_at_k",
    "pass_all_k",
    "pass_threshold",
    "usage",
    "version_info",
    "time",
    "tools",
  ]
  return Object.fromEntries(kept.filter((name) => name in metadata).map((name) => [name, metadata[name]]))
}

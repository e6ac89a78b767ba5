import { setTimeout as sleep } from "node:timers/promises"
import {
  type AttemptEnd,
  type AttemptReason,
  canMove,
  type Failure,
  HostedEvalConfig,
  hasOwnEndpoint,
  isTerminal,
  type JsonObject,
  limits,
  type Permission,
  permissionsOf,
  type RunnerJob,
  type RunnerLastWord,
} from "../../contract/index.ts"
import { attemptSecretsContext, decrypt, encrypt, hashToken, runSecretsContext } from "../base/crypto.ts"
import { toError } from "../base/errors.ts"
import { newToken } from "../base/ids.ts"
import { cleanJson } from "../base/json.ts"
import { hostOf } from "../base/machine.ts"
import { executorWords, type Handle, type Inspection } from "../sandbox/executor.ts"
import { reachEndpoint } from "../sandbox/network.ts"
import { countFruitlessAttempts, endAttempt, findAttempt, insertAttempt, updateAttempt } from "../store/attempts.ts"
import { isAnswering, isDatabaseAway } from "../store/db.ts"
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
import { releaseEvaluationLease } from "../store/leases.ts"
import { appendLogLines, type StoredLogLine } from "../store/logs.ts"
import { storeSamples } from "../store/sample-batches.ts"
import { listStoredRollouts, type RolloutKey } from "../store/samples.ts"
import { countSandboxTime } from "../store/sandbox-time.ts"
import { endRunSandboxes } from "../store/sandboxes.ts"
import { signal, signalNotice } from "../store/signals.ts"
import {
  attemptId,
  followAttempt,
  handleOf,
  installVersion,
  moduleName,
  readPiece,
  removeAttempt,
  runnerJob,
  startAttempt,
} from "./attempt.ts"
import { type Blocked, classify, classifyEnd, endInWords, failure, type ProcessEnd, timedOut } from "./classify.ts"
import type { Engine } from "./engine.ts"
import { gatherInjection, type Injection } from "./injection.ts"
import { emptyIntake, type Intake, lastWordOf } from "./intake.ts"
import { type Mask, maskJson, maskOf } from "./masking.ts"
import { InstallError } from "./python-environments.ts"

/** The run belongs to another worker now: stop touching it. */
class Fenced extends Error {}

const stopGraceMs = 1000
/** Attempts in a row that may end without a word and without one finished rollout: by themselves, and killed, which may be a passing trouble of the machine. */
const fruitlessMax = { ended: 3, killed: 10 }
/** Looks at a run that fails for reasons of the platform. A database that is away is waited for and is none. */
const troublesMax = 5
/** A process that was being started when its worker died is there after this time, or never. */
const startSettlesMs = 5000

/** What else changes, in the same transaction, when a run's row does: its attempt begins or ends. */
interface AttemptChange {
  begins?: { reason: AttemptReason }
  ends?: { ended: AttemptEnd; detail?: string }
}

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
  #excess: string | null = null
  #interpreter: string | null = null
  #lastWord: RunnerLastWord | null = null
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

  /** With each heartbeat: adds to the time of the run's sandbox, and stops the run when it has used up what it may. */
  async lookAtSpending(): Promise<void> {
    if (!this.#row.handle || this.#stop.signal.aborted) return
    await this.#countSandboxTime()
    await this.checkBudget()
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

  /** The run is another worker's now: let go of it. */
  fence(): void {
    this.#stop.abort("fenced")
  }

  async run(): Promise<void> {
    const { services, owner } = this.engine
    const { db, log } = services
    try {
      for (let troubles = 0, reached = this.#reached(); ; ) {
        try {
          await this.#recall()
          return await this.#untilEnd()
        } catch (error) {
          if (error instanceof Fenced || this.#stop.signal.reason === "fenced") return await this.#letGo()
          if (isDatabaseAway(error)) await this.#untilDatabaseAnswers()
          else {
            log.error({ error: toError(error).stack, evaluation: this.id, troubles }, "a run could not be supervised")
            if (reached !== this.#reached()) troubles = 0
            reached = this.#reached()
            if (++troubles === troublesMax) return await this.#giveUp()
            await sleep(troubles * 1000)
          }
          if (this.#detach) return
          const now = (await findEvaluationRow(db, this.id).catch(() => undefined)) ?? this.#row
          if (now.leaseOwner !== owner) return await this.#letGo()
          // What was not committed did not happen: go on from the row as it is.
          this.#row = now
        }
      }
    } catch (error) {
      log.error({ error: toError(error).stack, evaluation: this.id }, "a run was left to the next worker")
    } finally {
      // Whoever changes something and runs it again should not wait for the import.
      if (this.#interpreter) this.engine.warm.keep(this.#interpreter)
      await releaseEvaluationLease(db, this.id, owner).catch(() => {})
    }
  }

  /** Where the run stands: as long as this changes, its troubles pass. */
  #reached(): string {
    const { attempt, eventsOffset, outputOffset } = this.#row
    return `${attempt}:${eventsOffset}:${outputOffset}`
  }

  async #untilDatabaseAnswers(): Promise<void> {
    const { db, log } = this.engine.services
    log.warn({ evaluation: this.id }, "the database is away; the run goes on when it is back")
    while (!this.#detach && !(await isAnswering(db))) await sleep(500)
  }

  /** The platform's own trouble does not pass. The words stay in the worker's log: they may quote queries. */
  async #giveUp(): Promise<void> {
    const handle = this.#handle()
    if (handle && this.#isHere()) await this.engine.executor.stop(handle, stopGraceMs)
    await this.#end("FAILED", failure("platform"))
  }

  /** Another worker has the run. The process that was watched here is its to go on with, unless it cannot or did not. */
  async #letGo(): Promise<void> {
    const { services, executor, machine } = this.engine
    const handle = this.#handle()
    const row = await findEvaluationRow(services.db, this.id).catch(() => this.#row)
    const goesOnHere = row?.attempt === this.#row.attempt && row.handle !== null && (row.leaseOwner ?? machine).startsWith(machine)
    if (!handle || goesOnHere || !this.#isHere()) return
    await executor.stop(handle, stopGraceMs)
    await removeAttempt(this.engine, attemptId(this.id, this.#row.attempt))
  }

  #handle(): Handle | null {
    return this.#row.handle as unknown as Handle | null
  }

  #isHere(): boolean {
    return this.#row.machine === this.engine.machine
  }

  /** Reads what the row does not say: the runner's last word, when it came already, and what there is to hide. */
  async #recall(): Promise<void> {
    this.#lastWord = (await findAttempt(this.engine.services.db, this.id, this.#row.attempt))?.lastWord ?? null
    await this.#readSecrets()
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
  async #gatherInjection(token: string, permissions: Permission[]): Promise<Injection> {
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

  async #untilEnd(): Promise<void> {
    while (!isTerminal(this.#row.status)) {
      if (this.#row.cancelRequestedAt) this.#stop.abort("cancelled")
      const handle = this.#handle()
      if (handle) {
        const state = await this.#inspect(handle)
        if (state?.phase === "running") {
          if (await this.#follow(handle)) return
          continue
        }
        // It ended while nobody watched, or is out of sight: take in the rest of what it wrote, when it can be read from here.
        await this.#drain(handle)
        if (await this.#conclude(handle, state)) return
      }
      if (this.#stop.signal.aborted) return this.#endStopped()
      if (!(await this.#startAttempt())) return
    }
  }

  /** How the process is; null when it is on another machine, or cannot go on because the worker that served it models is gone. */
  async #inspect(handle: Handle): Promise<Inspection | null> {
    if (!this.#isHere()) return null
    const { executor, services } = this.engine
    if (this.#row.gatewayPort !== services.config.workerPort) {
      await executor.stop(handle, stopGraceMs)
      return null
    }
    const end = Date.now() + startSettlesMs
    for (;;) {
      const state = await executor.inspect(handle)
      // The worker before this one died while it started the process, which may be about to show up.
      if (state.phase !== "lost" || this.#row.phase !== "starting" || Date.now() > end) return state
      await sleep(100)
    }
  }

  /** Prepares and starts a new attempt. False when the run ended instead. */
  async #startAttempt(): Promise<boolean> {
    const { services, executor, owner, machine } = this.engine
    const { db } = services
    const version = this.#row.versionId ? await findVersionById(db, this.#row.versionId) : undefined
    if (!version) {
      await this.#end("FAILED", failure("environment_install", { message: "The environment's version was deleted before the run began" }))
      return false
    }
    const config = HostedEvalConfig.omit({ custom_secrets: true }).parse(this.#row.evalConfig)
    // Resuming a run takes its start away.
    const startedAt = this.#row.startedAt ?? new Date()
    const reason = this.#row.startedAt ? "continued" : this.#row.resume ? "resumed" : "launched"
    const minutes = config.timeout_minutes ?? limits.timeoutMinutesDefault
    this.#lastWord = null
    await this.#update(
      {
        status: "RUNNING",
        phase: "installing",
        phaseDetail: "installing environment",
        attempt: this.#row.attempt + 1,
        handle: null,
        machine,
        gatewayPort: services.config.workerPort,
        eventsOffset: 0,
        outputOffset: 0,
        rolloutsStarted: this.#row.samplesDone - this.#row.samplesToRedo,
        startedAt,
        deadlineAt: this.#row.deadlineAt ?? new Date(startedAt.getTime() + minutes * 60_000),
        executor: executor.kind,
      },
      { begins: { reason } },
    )
    const { attempt, samplesDone } = this.#row
    await this.#say(
      "info",
      attempt === 1 ? `Installing ${this.#label()}` : `Attempt ${attempt}: ${reason} with ${samplesDone} rollouts done`,
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
      if (this.#stop.signal.aborted) await this.#endStopped()
      else if (stopInstalling.aborted) await this.#endLate("The time was used up while the environment was being installed")
      else
        await this.#end(
          "FAILED",
          failure(error instanceof InstallError ? "environment_install" : "platform", { message: toError(error).message }),
        )
      return false
    }
    await this.#keep(installed)

    const token = newToken("her_")
    const injection = await this.#gatherInjection(token, permissionsOf(config))
    const job = await this.#job(config, version)
    const endpoint = config.api_base_url ? await reachEndpoint(config.api_base_url, services.config.sandbox.allow) : { reach: [] }
    if ("refused" in endpoint && executor.kind !== "process") {
      await this.#end("FAILED", failure("inference_unavailable", { message: endpoint.refused }))
      return false
    }
    const id = attemptId(this.id, attempt)
    // Known before it is there: whoever takes over in between finds it, or finds that it never came to be.
    await this.#update({ phase: "starting", phaseDetail: "starting the environment", handle: asJson(handleOf(this.engine, id)) })
    await this.#say("info", `The environment runs in ${executorWords[executor.kind]}`)
    const handle = await startAttempt(this.engine, {
      id,
      interpreter: this.#interpreter,
      job,
      injection,
      variables: this.#variables(token),
      reach: "reach" in endpoint ? endpoint.reach : [],
    })
    await this.#update({ handle: asJson(handle) })
    await this.#countSandboxTime()
    services.log.info({ evaluation: this.id, attempt, owner }, "a run started")
    return true
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
    const { done, redo } = await listStoredRollouts(this.engine.services.db, this.id)
    const onlyRedo = this.#row.resume?.mode === "errors_only"
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
      done: done.map(toPair),
      only: onlyRedo ? redo.map(toPair) : null,
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
    if (ended) return this.#conclude(handle, ended)
    if (this.#detach && !stopRuns) return true
    await executor.stop(handle, stopGraceMs)
    await this.#drain(handle)
    if (this.#detach) {
      await this.#say("info", "The platform is stopping; the run goes on when it starts again")
      await this.#backToQueue("waiting for the platform to start again")
    } else if (this.#stop.signal.aborted) await this.#endStopped()
    else await this.#endLate(`The run was to end by ${this.#row.deadlineAt?.toISOString()}`)
    return true
  }

  #isLate(): boolean {
    return this.#row.deadlineAt !== null && Date.now() > this.#row.deadlineAt.getTime()
  }

  /**
   * Decides what the end of an attempt means.
   * @param state how its process ended; null when it could not go on, see #inspect
   * @returns whether the run has ended with it
   */
  async #conclude(handle: Handle, state: Inspection | null): Promise<boolean> {
    const word = this.#lastWord
    if (this.#stop.signal.reason === "cancelled" || this.#stop.signal.reason === "budget") {
      await this.#endStopped()
      return true
    }
    if (word?.kind === "run.finished") {
      await this.#end("COMPLETED", null, { metadata: cleanJson({ ...this.#row.metadata, ...libraryFacts(word.metadata) }) })
      return true
    }
    // A runner that was told to stop says so as a failure; when nobody wanted an end, it is done again. What the environment
    // itself raises has a longer name.
    const wasStopped = word?.errors[0]?.type === "asyncio.CancelledError"
    if (word && !wasStopped) {
      await this.#end("FAILED", classify(word, this.#config))
      return true
    }
    const end: ProcessEnd | null = state?.phase === "exited" ? state : null
    const how = state
      ? endInWords(end)
      : this.#isHere()
        ? "its worker is gone"
        : `the machine ${hostOf(this.#row.machine ?? "")} is out of sight`
    await this.#say("warning", `The environment's process ended without a word: ${how}`)
    // A limit that was reached once is reached again.
    if (end?.limit) {
      await this.#end("FAILED", classifyEnd(end, 1, this.#config))
      return true
    }
    await this.#update({ handle: null }, { ends: { ended: "lost", detail: how } })
    if (this.#isHere()) {
      // Should its shim show up after all, it finds nothing to work in.
      await this.engine.executor.stop(handle, stopGraceMs)
      await this.#clear(this.#row.attempt)
    }
    const fruitless = await countFruitlessAttempts(this.engine.services.db, this.id)
    if (fruitless < (wasKilled(end) ? fruitlessMax.killed : fruitlessMax.ended)) return false
    await this.#end("FAILED", classifyEnd(end, fruitless, this.#config))
    return true
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
    return this.#backToQueue(null)
  }

  async #backToQueue(phaseDetail: string | null): Promise<void> {
    await this.#update({ handle: null, status: "PENDING", phase: "queued", phaseDetail }, { ends: { ended: "stopped" } })
    await this.#clear(this.#row.attempt)
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
  async #lock(tx: Parameters<typeof lockEvaluation>[0]): Promise<EvaluationRecord> {
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

  async #say(level: StoredLogLine["level"], text: string): Promise<void> {
    await this.#keep([{ at: Date.now(), stream: "platform", level, text }])
  }

  #keep(lines: StoredLogLine[]): Promise<void> {
    return this.#take({ ...emptyIntake(), logLines: lines.map((line) => ({ ...line, text: this.#mask(line.text) })) })
  }

  async #update(values: Partial<EvaluationRecord>, change: AttemptChange = {}): Promise<void> {
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

  async #changeAttempt(tx: Parameters<typeof lockEvaluation>[0], row: EvaluationRecord, { begins, ends }: AttemptChange): Promise<void> {
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

  /** The run's end: state, token and secrets in one transaction; then the work dir goes. */
  async #end(status: keyof typeof attemptEnds, why: Failure | null, also: Partial<EvaluationRecord> = {}): Promise<void> {
    const { db, log, meter } = this.engine.services
    await meter.flush()
    const words = why
      ? `${why.title}.${why.message ? ` ${why.message}` : ""}`
      : `Finished: ${this.#row.samplesDone} rollouts, ${this.#row.samplesErrored} with errors`
    await this.#say(status === "COMPLETED" ? "info" : status === "CANCELLED" ? "warning" : "error", words)
    const masked = why && maskJson(this.#mask, why)
    const { attempt } = this.#row
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
    if (this.#isHere()) await this.#clear(attempt)
  }

  /** Deletes an attempt's files, secrets among them. Whatever keeps this from happening, clearLeftovers makes up for it. */
  async #clear(attempt: number): Promise<void> {
    await removeAttempt(this.engine, attemptId(this.id, attempt))
    await updateAttempt(this.engine.services.db, this.id, attempt, { handle: null })
  }
}

/** A container tells the signal that ended it as a code, as shells do. */
const wasKilled = (end: ProcessEnd | null): boolean => end === null || end.signal === "SIGKILL" || end.code === 128 + 9

const attemptEnds = { COMPLETED: "completed", FAILED: "failed", TIMEOUT: "timeout", CANCELLED: "cancelled" } as const

const asJson = (handle: Handle): JsonObject => ({ ...handle })

const toPair = ({ exampleId, rolloutIndex }: RolloutKey): [string, number] => [exampleId, rolloutIndex]

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

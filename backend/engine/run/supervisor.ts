import { setTimeout as sleep } from "node:timers/promises"
import {
  describeExecutor,
  HostedEvalConfig,
  hasOwnEndpoint,
  isTerminal,
  type JsonObject,
  limits,
  permissionsOf,
} from "../../../contract/index.ts"
import { toError } from "../../base/errors.ts"
import { newToken } from "../../base/ids.ts"
import { cleanJson } from "../../base/json.ts"
import { hostOf } from "../../base/machine.ts"
import type { Handle, Inspection } from "../../sandbox/executor.ts"
import { reachEndpoint } from "../../sandbox/network.ts"
import { isAnswering, isDatabaseAway } from "../../store/db.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import { countFruitlessAttempts, updateAttempt } from "../../store/evaluations/attempts.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { releaseRun } from "../../store/evaluations/run-leases.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import { listStoredRollouts } from "../../store/samples/samples.ts"
import { countSandboxTime } from "../../store/usage/sandbox-time.ts"
import { attemptId, followAttempt, handleOf, installVersion, removeAttempt, startAttempt } from "../attempt/attempt.ts"
import { classify, classifyEnd, endInWords, failure, type ProcessEnd, timedOut } from "../attempt/classify.ts"
import type { Engine } from "../engine.ts"
import { InstallError } from "../install/python-environments.ts"
import { environmentLabel, jobOf, libraryFacts, platformVariables } from "./run-job.ts"
import { Fenced, RunRecord } from "./run-record.ts"

const stopGraceMs = 1000
/** Attempts in a row that may end without a word and without one finished rollout: by themselves, and killed, which may be a passing trouble of the machine. */
const fruitlessMax = { ended: 3, killed: 10 }
/** Looks at a run that fails for reasons of the platform. A database that is away is waited for and is none. */
const troublesMax = 5
/** A process that was being started when its worker died is there after this time, or never. */
const startSettlesMs = 5000

/**
 * Does one claimed run from where it stands to its end: installs the environment, starts the runner, takes in what it writes,
 * stops it when somebody asks or time is up. May be taken over at any moment by another worker; everything it knows is in the row.
 */
export class RunSupervisor {
  readonly #record: RunRecord
  #stop = new AbortController()
  #detach = false
  #excess: string | null = null
  #interpreter: string | null = null

  constructor(
    private readonly engine: Engine,
    row: EvaluationRecord,
  ) {
    this.#record = new RunRecord(engine, row)
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
          await this.#record.recall()
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
          this.#record.goOnFrom(now)
        }
      }
    } catch (error) {
      log.error({ error: toError(error).stack, evaluation: this.id }, "a run was left to the next worker")
    } finally {
      // Whoever changes something and runs it again should not wait for the import.
      if (this.#interpreter) this.engine.warm.keep(this.#interpreter)
      await releaseRun(db, this.id, owner).catch(() => {})
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
    const handle = this.#record.handle
    if (handle && this.#isHere()) await this.engine.executor.stop(handle, stopGraceMs)
    await this.#end("FAILED", failure("platform"))
  }

  /** Another worker has the run. The process that was watched here is its to go on with, unless it cannot or did not. */
  async #letGo(): Promise<void> {
    const { services, executor, machine } = this.engine
    const handle = this.#record.handle
    const row = await findEvaluationRow(services.db, this.id).catch(() => this.#row)
    const goesOnHere = row?.attempt === this.#row.attempt && row.handle !== null && (row.leaseOwner ?? machine).startsWith(machine)
    if (!handle || goesOnHere || !this.#isHere()) return
    await executor.stop(handle, stopGraceMs)
    await removeAttempt(this.engine, attemptId(this.id, this.#row.attempt))
  }

  get #row(): EvaluationRecord {
    return this.#record.row
  }

  #isHere(): boolean {
    return this.#row.machine === this.engine.machine
  }

  async #untilEnd(): Promise<void> {
    while (!isTerminal(this.#row.status)) {
      if (this.#row.cancelRequestedAt) this.#stop.abort("cancelled")
      const handle = this.#record.handle
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
    await this.#record.update(
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
    await this.#record.say(
      "info",
      attempt === 1 ? `Installing ${environmentLabel(this.#row)}` : `Attempt ${attempt}: ${reason} with ${samplesDone} rollouts done`,
    )
    const stopInstalling = AbortSignal.any([
      this.#stop.signal,
      AbortSignal.timeout(Math.max(0, (this.#row.deadlineAt as Date).getTime() - Date.now())),
    ])
    const installed: StoredLogLine[] = []
    try {
      this.#interpreter = await installVersion(this.engine, version, installed, stopInstalling)
    } catch (error) {
      await this.#record.keep(installed)
      if (this.#stop.signal.aborted) await this.#endStopped()
      else if (stopInstalling.aborted) await this.#endLate("The time was used up while the environment was being installed")
      else
        await this.#end(
          "FAILED",
          failure(error instanceof InstallError ? "environment_install" : "platform", { message: toError(error).message }),
        )
      return false
    }
    await this.#record.keep(installed)

    const token = newToken("her_")
    const injection = await this.#record.gatherInjection(token, permissionsOf(config))
    const job = jobOf(this.#row, config, version, await listStoredRollouts(db, this.id), services.config.workerPort)
    const endpoint = config.api_base_url ? await reachEndpoint(config.api_base_url, services.config.sandbox.allow) : { reach: [] }
    if ("refused" in endpoint && executor.kind !== "process") {
      await this.#end("FAILED", failure("inference_unavailable", { message: endpoint.refused }))
      return false
    }
    const id = attemptId(this.id, attempt)
    // Known before it is there: whoever takes over in between finds it, or finds that it never came to be.
    await this.#record.update({ phase: "starting", phaseDetail: "starting the environment", handle: asJson(handleOf(this.engine, id)) })
    await this.#record.say("info", `The environment runs in ${describeExecutor(executor.kind)}`)
    const handle = await startAttempt(this.engine, {
      id,
      interpreter: this.#interpreter,
      job,
      injection,
      variables: platformVariables(token, services.config.workerPort),
      reach: "reach" in endpoint ? endpoint.reach : [],
    })
    await this.#record.update({ handle: asJson(handle) })
    await this.#countSandboxTime()
    services.log.info({ evaluation: this.id, attempt, owner }, "a run started")
    return true
  }

  /** Watches a running attempt until it ends. True when the run has ended with it, or goes on elsewhere. */
  async #follow(handle: Handle): Promise<boolean> {
    const { executor, stopRuns } = this.engine
    const ended = await followAttempt(
      this.engine,
      handle,
      () => this.#record.takeNext(handle),
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
      await this.#record.say("info", "The platform is stopping; the run goes on when it starts again")
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
    const word = this.#record.lastWord
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
      await this.#end("FAILED", classify(word, this.#record.config))
      return true
    }
    const end: ProcessEnd | null = state?.phase === "exited" ? state : null
    const how = state
      ? endInWords(end)
      : this.#isHere()
        ? "its worker is gone"
        : `the machine ${hostOf(this.#row.machine ?? "")} is out of sight`
    await this.#record.say("warning", `The environment's process ended without a word: ${how}`)
    // A limit that was reached once is reached again.
    if (end?.limit) {
      await this.#end("FAILED", classifyEnd(end, 1, this.#record.config))
      return true
    }
    await this.#record.update({ handle: null }, { ends: { ended: "lost", detail: how } })
    if (this.#isHere()) {
      // Should its shim show up after all, it finds nothing to work in.
      await this.engine.executor.stop(handle, stopGraceMs)
      await this.#clear(this.#row.attempt)
    }
    const fruitless = await countFruitlessAttempts(this.engine.services.db, this.id)
    if (fruitless < (wasKilled(end) ? fruitlessMax.killed : fruitlessMax.ended)) return false
    await this.#end("FAILED", classifyEnd(end, fruitless, this.#record.config))
    return true
  }

  #endLate(message: string): Promise<void> {
    const { max } = this.engine.services.config.timeoutMinutes
    return this.#end("TIMEOUT", timedOut(message, this.#record.blocked, this.#record.config, max))
  }

  #endStopped(): Promise<void> {
    if (this.#stop.signal.reason === "cancelled") return this.#end("CANCELLED", failure("cancelled"))
    if (this.#stop.signal.reason === "budget")
      return this.#end("FAILED", failure("budget_exceeded", { message: this.#excess }, this.#record.config))
    if (this.#stop.signal.reason === "fenced") throw new Fenced()
    return this.#backToQueue(null)
  }

  async #backToQueue(phaseDetail: string | null): Promise<void> {
    await this.#record.update({ handle: null, status: "PENDING", phase: "queued", phaseDetail }, { ends: { ended: "stopped" } })
    await this.#clear(this.#row.attempt)
  }

  /** Adds the time since the last count to what the run's sandbox was at work. It is charged where nothing else is. */
  async #countSandboxTime(): Promise<void> {
    const { db, config } = this.engine.services
    const isCharged = config.sandboxUsdPerHour > 0 && hasOwnEndpoint(this.#row.evalConfig)
    await countSandboxTime(db, this.#row, isCharged ? config.sandboxUsdPerHour : null)
  }

  async #drain(handle: Handle): Promise<void> {
    while (await this.#record.takeNext(handle)) {}
  }

  async #end(...how: Parameters<RunRecord["end"]>): Promise<void> {
    const { attempt } = this.#row
    await this.#record.end(...how)
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

const asJson = (handle: Handle): JsonObject => ({ ...handle })

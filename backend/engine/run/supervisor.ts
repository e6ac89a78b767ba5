import { setTimeout as sleep } from "node:timers/promises"
import { isTerminal } from "../../../contract/index.ts"
import { toError } from "../../base/errors.ts"
import { beginSpan } from "../../base/tracing/tracing.ts"
import { isAnswering, isDatabaseAway } from "../../store/db.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { releaseRun } from "../../store/evaluations/run-leases.ts"
import type { CountedAttempt } from "../../store/usage/sandbox-time.ts"
import { type AttemptHandle, inspectAttempt, stopAttempt } from "../attempt/attempt-process.ts"
import { type AttemptState, isLiving } from "../attempt/attempt-state.ts"
import { failure } from "../attempt/classify.ts"
import { attemptId, foldersOfAttempt, removeAttempt } from "../attempt/folder.ts"
import { followAttempt } from "../attempt/follow.ts"
import type { DiskUser } from "../disk-room.ts"
import type { Engine } from "../engine.ts"
import type { Leased } from "../queue/lease-queue.ts"
import { concludeAttempt } from "./conclude-attempt.ts"
import { endLate, endRun, endStopped, requeue } from "./end-run.ts"
import { Fenced, RunRecord } from "./run-record.ts"
import { SettleWatch } from "./settle.ts"
import { startNextAttempt } from "./start-next-attempt.ts"
import { StopOrder } from "./stop-order.ts"
import { countedAttempt, recordSandboxTime, type SupervisedRun, stopGraceMs } from "./supervised-run.ts"

/** How often supervision may fail through the platform's fault without progress. */
const troublesMax = 5
/** A process that was being started when its worker died is up after this time, or never. */
const startSettlesMs = 5000

/**
 * Takes one claimed run from wherever it is to its end: installs the environment, starts attempts, stores what they write, and
 * stops them when the run is cancelled or its time or budget is used up. Another worker may take over at any moment; everything a
 * successor needs is in the run's row.
 */
export class RunSupervisor implements Leased {
  readonly #run: SupervisedRun
  readonly #settle: SettleWatch
  #interpreter: string | null = null
  /** Why nothing is seen of the attempt's process, as it was told last. */
  #outOfSight: string | null = null
  /** Settles when this worker has let go of the run. */
  readonly done: Promise<void>

  constructor(
    private readonly engine: Engine,
    row: EvaluationRecord,
  ) {
    this.#run = { engine, record: new RunRecord(engine, row), stop: new StopOrder(), startOthers: null }
    this.#settle = new SettleWatch(this.#run)
    this.done = this.#supervise()
  }

  get id(): string {
    return this.#record.id
  }

  get #record(): RunRecord {
    return this.#run.record
  }

  get #stop(): StopOrder {
    return this.#run.stop
  }

  cancel(): void {
    this.#stop.cancel()
  }

  get diskUser(): DiskUser {
    const { handle, row } = this.#record
    const workDirs = handle && !handle.remote ? (handle.shards ?? [handle]).map(({ workDir }) => workDir) : []
    return { name: `run ${this.id}`, workDirs, since: row.startedAt, end: () => this.#stop.makeRoom(), done: this.done }
  }

  /** Leaves the run for the next worker. */
  leave(): void {
    this.#stop.leave()
  }

  fence(): void {
    this.#stop.fence()
  }

  /** What is to be counted of the run's sandbox time with each heartbeat; null where nothing runs. */
  get counted(): CountedAttempt | null {
    return this.#record.handle && !this.#stop.signal.aborted ? countedAttempt(this.#run) : null
  }

  /** Stops the run when its own budget, or that of the account that pays for it, is used up. */
  async checkBudget(): Promise<void> {
    const excess = await this.engine.services.budgets.excessOfRun(this.id).catch(() => null)
    if (excess !== null) this.#stop.exceedBudget(excess)
  }

  async #supervise(): Promise<void> {
    const { services, owner } = this.engine
    try {
      await this.#withRetries()
    } catch (error) {
      services.log.error({ error: toError(error).stack, evaluation: this.id }, "a run was left to the next worker")
    } finally {
      // A user who changes something and runs it again should not have to wait for the import.
      if (this.#interpreter) this.engine.warm.keep(this.#interpreter)
      await releaseRun(services.db, this.id, owner).catch(() => {})
    }
  }

  /** Continues from the stored row after an error of the platform, until the run makes no more progress. */
  async #withRetries(): Promise<void> {
    const { services, owner } = this.engine
    for (let troubles = 0, position = this.#record.position; ; ) {
      try {
        await this.#record.recall()
        return await this.#untilEnd()
      } catch (error) {
        if (error instanceof Fenced || this.#stop.reason === "fenced") return await this.#letGo()
        if (isDatabaseAway(error)) await this.#untilDatabaseAnswers()
        else {
          services.log.error({ error: toError(error).stack, evaluation: this.id, troubles }, "a run could not be supervised")
          if (position !== this.#record.position) troubles = 0
          position = this.#record.position
          if (++troubles === troublesMax) return await this.#giveUp()
          await sleep(troubles * 1000)
        }
        if (this.#stop.isLeaving) return
        const row = (await findEvaluationRow(services.db, this.id).catch(() => undefined)) ?? this.#record.row
        if (row.leaseOwner !== owner) return await this.#letGo()
        this.#record.continueFrom(row)
      }
    }
  }

  async #untilEnd(): Promise<void> {
    while (!isTerminal(this.#record.row.status)) {
      if (this.#record.row.cancelRequestedAt) this.#stop.cancel()
      const { handle } = this.#record
      if (handle) {
        const state = await this.#inspect(handle)
        if (state && isLiving(state)) {
          if (await this.#measured("run attempt", () => this.#follow(handle))) return
          continue
        }
        // It ended unsupervised, or cannot be supervised from here: store the rest of its output, where that can be read.
        await this.#record.takeAll(handle)
        if (await concludeAttempt(this.#run, handle, state)) return
      }
      if (this.#stop.signal.aborted) return endStopped(this.#run)
      const isStarted = await this.#measured("start run attempt", () =>
        startNextAttempt(this.#run, (interpreter) => {
          this.#interpreter = interpreter
        }),
      )
      if (!isStarted) return
    }
  }

  /** Does a part of the run's work in a span: of many statements each, which would fill a trace, it has none. */
  async #measured<T>(name: string, work: () => Promise<T>): Promise<T> {
    const span = beginSpan(name, { attributes: { "hosted_evals.evaluation_id": this.id } })
    try {
      const result = await work()
      const { attempt, status, samplesDone } = this.#record.row
      span.set({ "hosted_evals.attempt": attempt, "hosted_evals.status": status, "hosted_evals.samples": samplesDone })
      span.end()
      return result
    } catch (error) {
      span.end(error)
      throw error
    }
  }

  /** The state of the attempt's process; null when it is on another machine, or the worker that served it models is gone. */
  async #inspect(handle: AttemptHandle): Promise<AttemptState | null> {
    const { services } = this.engine
    if (handle.remote) return inspectAttempt(this.engine, handle)
    if (!this.#record.isInReach(handle)) return null
    if (this.#record.row.gatewayPort !== services.config.workerPort) {
      await stopAttempt(this.engine, handle, stopGraceMs)
      return null
    }
    const end = Date.now() + startSettlesMs
    for (;;) {
      const state = await inspectAttempt(this.engine, handle)
      // The previous worker died while it started the process, which may still show up.
      if (state.phase !== "lost" || this.#record.row.phase !== "starting" || Date.now() > end) return state
      await sleep(100)
    }
  }

  /** Watches an attempt until it ends. True when the run has ended with it, or continues with another worker. */
  async #follow(begun: AttemptHandle): Promise<boolean> {
    const stop = this.#stop
    // It may split while it is watched.
    let handle = begun
    const ended = await followAttempt(() => inspectAttempt(this.engine, handle), handle, {
      onState: (state) => this.#tell(state),
      takeNext: async ({ written }) => {
        const hasTaken = !(written && this.#record.hasRead(written)) && (await this.#record.takeNext(handle))
        handle = await this.#startOthers(handle)
        if (hasTaken) await this.#settle.look()
        return hasTaken
      },
      mustStop: () => stop.signal.aborted || this.#record.isLate,
      wake: stop.signal,
    })
    if (stop.reason === "fenced") throw new Fenced()
    await recordSandboxTime(this.#run)
    if (ended) return concludeAttempt(this.#run, handle, ended)
    // On another machine it goes on, and keeps what it writes until a worker is there again.
    if (stop.isLeaving && (handle.remote || !this.engine.stopRuns)) return true
    await stopAttempt(this.engine, handle, stopGraceMs)
    await this.#record.takeAll(handle)
    if (stop.isLeaving) {
      await this.#record.log("info", "The platform is stopping; the run goes on when it starts again")
      await requeue(this.#run, "waiting for the platform to start again")
    } else if (stop.signal.aborted) await endStopped(this.#run)
    else await endLate(this.#run, `The run was to end by ${this.#record.row.deadlineAt?.toISOString()}`)
    return true
  }

  /** Starts the other processes of an attempt that has just split. @returns where the attempt lives now */
  async #startOthers(before: AttemptHandle): Promise<AttemptHandle> {
    const { handle } = this.#record
    if (!handle || before.shards || !handle.shards) return before
    const start = this.#run.startOthers
    this.#run.startOthers = null
    if (!this.#stop.signal.aborted) await start?.(handle)
    return this.#record.handle ?? handle
  }

  /** Says on the run's page that its process waits on another machine, or is out of sight. */
  async #tell(state: AttemptState): Promise<void> {
    const detail = state.phase === "pending" || state.phase === "unknown" ? state.detail : null
    if (detail === this.#outOfSight) return
    this.#outOfSight = detail
    await this.#record.update({ phaseDetail: detail })
    if (detail) await this.#record.log("info", `${detail[0]?.toUpperCase()}${detail.slice(1)}`)
  }

  async #untilDatabaseAnswers(): Promise<void> {
    const { db, log } = this.engine.services
    log.warn({ evaluation: this.id }, "the database is away; the run goes on when it is back")
    while (!this.#stop.isLeaving && !(await isAnswering(db))) await sleep(500)
  }

  /** Ends the run for a failure of the platform. The error's text stays in the worker's log: it may quote queries. */
  async #giveUp(): Promise<void> {
    const { handle } = this.#record
    if (handle && this.#record.isInReach(handle)) await stopAttempt(this.engine, handle, stopGraceMs)
    await endRun(this.#run, "FAILED", failure("platform"))
  }

  /** Another worker has the run. It takes over the process that was watched here, unless it cannot or has started another. */
  async #letGo(): Promise<void> {
    const { services, machine } = this.engine
    const { handle, row: known } = this.#record
    const row = await findEvaluationRow(services.db, this.id).catch(() => known)
    const canReach = handle?.remote || (row?.leaseOwner ?? machine).startsWith(machine)
    const isTakenOver = row?.attempt === known.attempt && row.handle !== null && canReach
    if (!handle || isTakenOver || !this.#record.isInReach(handle)) return
    await stopAttempt(this.engine, handle, stopGraceMs)
    for (const name of await foldersOfAttempt(this.engine, attemptId(this.id, known.attempt))) await removeAttempt(this.engine, name)
  }
}

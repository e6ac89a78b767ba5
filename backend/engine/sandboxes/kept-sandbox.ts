import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { toError } from "../../base/errors.ts"
import { Refusal } from "../../base/refusal.ts"
import type { AgentLink } from "../../sandbox/agent-link.ts"
import { replaceEgressRules } from "../../sandbox/egress-rules.ts"
import { type Handle, workFiles } from "../../sandbox/executor.ts"
import { recordAppliedPolicy } from "../../store/sandboxes/egress-policies.ts"
import { endSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import type { SandboxEnd, SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { startSandbox, updateSandboxLog } from "../../store/sandboxes/sandbox-leases.ts"
import type { DiskUser } from "../disk-room.ts"
import type { Leased } from "../queue/lease-queue.ts"
import type { WorkerContext } from "../worker-context.ts"
import { clearSandbox } from "./clear-sandbox.ts"
import { readLogTail } from "./log-tail.ts"
import { endForRoom, expiryOf, readEnd } from "./sandbox-end.ts"
import { networkOf } from "./sandbox-spec.ts"
import { type SandboxParts, startSandboxProcess } from "./start-sandbox.ts"

/** How long a sandbox that stopped answering may take to be found dead: its shim needs a moment to record that. */
const deathShowsWithinMs = 5000

/**
 * One sandbox of this worker: starting → running → clearing. It ends by itself, at its limits, when its row is ended by another
 * process, or with the worker; in each case its process and its files are then cleaned up.
 */
export class KeptSandbox implements Leased {
  #stage: "starting" | "running" | "clearing" = "starting"
  #parts: SandboxParts = { handle: null, link: null }
  #started: Promise<void> = Promise.resolve()
  /** Requests under way, and when the last one ended. */
  #requests = 0
  #usedAt = Date.now()
  #logBytes = 0
  #settle: () => void = () => {}
  /** Settles when nothing is left of the sandbox, or this worker has let go of it. */
  readonly done = new Promise<void>((resolve) => {
    this.#settle = resolve
  })

  private constructor(
    private readonly context: WorkerContext,
    private row: SandboxRecord,
  ) {}

  /** Starts the sandbox of a claimed row. */
  static start(context: WorkerContext, row: SandboxRecord): KeptSandbox {
    const sandbox = new KeptSandbox(context, row)
    sandbox.#started = sandbox.#start()
    sandbox.#carryOut(sandbox.#started)
    return sandbox
  }

  /** Continues with a sandbox that is running already. */
  static adopt(context: WorkerContext, row: SandboxRecord, handle: Handle, link: AgentLink): KeptSandbox {
    const sandbox = new KeptSandbox(context, row)
    sandbox.#parts = { handle, link }
    sandbox.#stage = "running"
    return sandbox
  }

  /** Clears away a sandbox that has ended, although this process did not keep it. */
  static clear(context: WorkerContext, row: SandboxRecord): KeptSandbox {
    const sandbox = new KeptSandbox(context, row)
    sandbox.#parts.handle = row.handle as unknown as Handle | null
    sandbox.#carryOut(sandbox.#clear())
    return sandbox
  }

  get id(): string {
    return this.row.id
  }

  /** Does something with the sandbox, which is not idle meanwhile; undefined when it does not run, or ended during the work. */
  async use<T>(work: (link: AgentLink) => Promise<T>): Promise<T | undefined> {
    const { link } = this.#parts
    if (this.#stage !== "running" || !link) return undefined
    this.#requests++
    try {
      return await work(link)
    } catch (error) {
      if (error instanceof Refusal && error.kind === "unreachable" && (await this.#hasDied())) return undefined
      throw error
    } finally {
      this.#requests--
      this.#usedAt = Date.now()
    }
  }

  /** Stores what the sandbox printed, and ends it when its process has ended or a time limit has passed. */
  async watch(): Promise<void> {
    const { handle } = this.#parts
    if (this.#stage !== "running" || !handle) return
    const state = await this.context.executor.inspect(handle)
    await this.#storeLog()
    const end =
      state.phase === "running"
        ? expiryOf(this.row, this.#requests > 0 ? null : this.#usedAt, Date.now())
        : await readEnd(handle, state, this.row)
    if (end) await this.#end(end)
  }

  /** Puts the sandbox's newest policy in force; tried again with the next look at it where its egress proxy does not answer. */
  async followPolicy(row: SandboxRecord): Promise<void> {
    const { handle } = this.#parts
    if (this.#stage !== "running" || !handle || row.networkApplied >= row.networkGeneration) return
    const { db, log, config } = this.context.services
    try {
      const lists = { allowlist: row.networkAllowlist, denylist: row.networkDenylist }
      // Without a network there is no proxy, and nothing that is reached.
      if (networkOf(config, row) === "internet") await replaceEgressRules(handle, lists)
      await recordAppliedPolicy(db, this.id, row.networkGeneration)
    } catch (error) {
      log.warn({ error: toError(error).message, sandbox: this.id }, "a sandbox's network policy could not be put in force")
    }
  }

  get diskUser(): DiskUser {
    return {
      name: `sandbox ${this.id}`,
      workDirs: this.#stage === "running" && this.#parts.handle ? [this.#parts.handle.workDir] : [],
      since: this.row.startedAt,
      end: () => this.#carryOut(this.#end(endForRoom)),
      done: this.done,
    }
  }

  /** The row was ended by another process. A sandbox that is being started notices that itself. */
  clearEnded(): void {
    if (this.#stage === "running") this.#carryOut(this.#clear())
  }

  /** Another worker has the sandbox, and listens to its agent. */
  fence(): void {
    if (this.#stage === "running") this.#letGo()
  }

  leave(): void {
    this.#carryOut(this.#started.catch(() => {}).then(() => this.#leave()))
  }

  #carryOut(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.context.services.log.error({ error: toError(error).stack, sandbox: this.id }, "a sandbox could not be started or cleared away")
      this.#letGo()
    })
  }

  async #start(): Promise<void> {
    const { db, log } = this.context.services
    try {
      const ended = await startSandboxProcess(this.context, this.row, this.#parts)
      if (ended) {
        await this.#storeLog()
        await endSandboxes(db, [this.id], await readEnd(ended.handle, ended.state, this.row))
        return await this.#clear()
      }
      this.#usedAt = Date.now()
      this.#stage = "running"
      const started = await startSandbox(db, this.id)
      if (!started) return this.clearEnded()
      this.row = started
    } catch (error) {
      log.error({ error: toError(error).stack, sandbox: this.id }, "a sandbox could not be started")
      const errorMessage = error instanceof Refusal ? error.message : "The platform could not start it; the worker's log has the details"
      await endSandboxes(db, [this.id], { status: "ERROR", errorType: "START_FAILED", errorMessage })
      return this.#clear()
    }
  }

  async #end(how: SandboxEnd): Promise<void> {
    await endSandboxes(this.context.services.db, [this.id], how)
    this.clearEnded()
  }

  /** Ends the sandbox with the worker, or leaves it to the next worker on this machine. */
  async #leave(): Promise<void> {
    if (this.#stage !== "running") return
    if (!this.context.stopRuns) return this.#letGo()
    await endSandboxes(this.context.services.db, [this.id], {
      status: "TERMINATED",
      errorType: "PLATFORM_STOPPED",
      errorMessage: "The platform was stopped",
    })
    this.clearEnded()
  }

  async #hasDied(): Promise<boolean> {
    for (const end = Date.now() + deathShowsWithinMs; Date.now() < end; await sleep(50)) {
      const { handle } = this.#parts
      if (this.#stage !== "running" || !handle) return true
      const state = await this.context.executor.inspect(handle)
      if (state.phase === "running") continue
      await this.#end(await readEnd(handle, state, this.row))
      return true
    }
    return false
  }

  async #storeLog(): Promise<void> {
    if (!this.#parts.handle) return
    const tail = await readLogTail(path.join(this.#parts.handle.workDir, workFiles.output), this.#logBytes)
    if (!tail) return
    this.#logBytes = tail.bytes
    await updateSandboxLog(this.context.services.db, this.id, tail.text)
  }

  async #clear(): Promise<void> {
    const wasRunning = this.#stage === "running"
    this.#stage = "clearing"
    await clearSandbox(this.context, this.id, this.#parts.handle, wasRunning ? () => this.#storeLog() : undefined)
    this.#letGo()
  }

  #letGo(): void {
    this.#parts.link?.close()
    this.#settle()
  }
}

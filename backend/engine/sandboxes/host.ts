import { readdir, rm } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { toError } from "../../base/errors.ts"
import { isDeadProcess } from "../../base/machine.ts"
import { Refusal } from "../../base/refusal.ts"
import { AgentLink } from "../../sandbox/agent-link.ts"
import { type Handle, type Inspection, workFiles } from "../../sandbox/executor.ts"
import { endOrphanedSandboxes, endSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import type { SandboxEnd, SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { deleteSandboxHost, listSandboxHosts, recordHostHeartbeat } from "../../store/sandboxes/sandbox-hosts.ts"
import {
  adoptSandboxes,
  claimSandbox,
  forgetSandboxHandle,
  listWorkerSandboxes,
  startSandbox,
  updateSandboxHandle,
  updateSandboxLog,
} from "../../store/sandboxes/sandbox-leases.ts"
import { findSandbox } from "../../store/sandboxes/sandboxes.ts"
import type { Engine } from "../engine.ts"
import { readLogTail } from "./log-tail.ts"
import { prepareBox, sandboxPlaces } from "./sandbox-spec.ts"

/** Between two looks at the boxes; the net below signals. */
const lookEveryMs = 1000
const beatEveryMs = 10_000
const connectsWithinMs = 30_000
const stopGraceMs = 1000
/** How long a box that stopped answering may take to be found dead. */
const deathShowsWithinMs = 5000
/** What a Unix socket's address can hold. */
const socketPathBytesMax = 107

interface Box {
  row: SandboxRecord
  handle: Handle
  link: AgentLink
  /** Requests under way, and when the last one ended. */
  busy: number
  usedAt: number
  logBytes: number
}

/**
 * Keeps sandboxes: starts those that wait, watches over them until their time, their deletion or their own end, and clears away
 * what is left. Every sandbox has a box of its own, started by the executor like a run; the agent inside does what the gateway asks.
 */
export class SandboxHost {
  #boxes = new Map<string, Box>()
  /** Sandboxes that are being started or cleared away, by id. */
  #atWork = new Map<string, Promise<void>>()
  #refusal: string | null = null
  #beatAt = 0
  #stop = new AbortController()
  #wake: () => void = () => {}
  #loop: Promise<void> | null = null
  #off: () => void = () => {}

  constructor(private readonly engine: Engine) {}

  async start(): Promise<void> {
    const { services, owner } = this.engine
    this.#refusal = await this.#whyNot()
    if (this.#refusal) services.log.info({ reason: this.#refusal }, "this worker keeps no sandboxes")
    await this.#recordHeartbeat()
    await this.#takeOver()
    await endOrphanedSandboxes(services.db)
    await this.#sweepFolders()
    this.#off = services.signals.on("sandbox", () => this.#wake())
    this.#loop = this.#work()
    services.log.info({ sandboxes: this.#boxes.size, owner }, "sandboxes are kept here")
  }

  /** Starts nothing more; ends what it keeps, or leaves it to the next worker on this machine. */
  async stop(): Promise<void> {
    const { services, owner, stopRuns } = this.engine
    this.#stop.abort()
    this.#off()
    this.#wake()
    await this.#loop
    await Promise.all(this.#atWork.values())
    if (stopRuns) {
      const stopped: SandboxEnd = { status: "TERMINATED", errorType: "PLATFORM_STOPPED", errorMessage: "The platform was stopped" }
      await endSandboxes(services.db, [...this.#boxes.keys()], stopped)
      await Promise.all([...this.#boxes.values()].map(({ row, handle }) => this.#clear(row.id, handle)))
      await deleteSandboxHost(services.db, owner)
    }
    for (const { link } of this.#boxes.values()) link.close()
  }

  /** Does something with a sandbox, which is not idle meanwhile; undefined when it is not here, or ended during the work. */
  async use<T>(id: string, work: (link: AgentLink) => Promise<T>): Promise<T | undefined> {
    const box = this.#boxes.get(id)
    if (!box) return undefined
    box.busy++
    try {
      return await work(box.link)
    } catch (error) {
      if (error instanceof Refusal && error.kind === "unreachable" && (await this.#hasDied(box))) return undefined
      throw error
    } finally {
      box.busy--
      box.usedAt = Date.now()
    }
  }

  /** Why this worker cannot keep sandboxes; null when it can. */
  async #whyNot(): Promise<string | null> {
    const { services, executor } = this.engine
    if (services.config.sandboxes.perWorker === 0) return "There are no sandboxes on this platform: SANDBOXES_PER_WORKER is 0"
    const probe = await executor.probe()
    if (!probe.ok || probe.isolation === "none")
      return `There are no sandboxes on this platform: programs cannot be kept apart on the worker's machine${probe.reason ? ` (${probe.reason})` : ""}`
    const { socket } = sandboxPlaces(services.config, "x".repeat(24))
    if (Buffer.byteLength(socket) > socketPathBytesMax)
      return "There are no sandboxes on this platform: the path of DATA_DIR is too long for their sockets"
    return null
  }

  async #recordHeartbeat(): Promise<void> {
    const { services, executor, owner } = this.engine
    this.#beatAt = Date.now()
    await recordHostHeartbeat(services.db, {
      worker: owner,
      executor: executor.kind,
      gatewayUrl: this.#gatewayUrl,
      refusal: this.#refusal,
    })
  }

  get #gatewayUrl(): string {
    return `${this.engine.services.config.workerUrl}/sandboxes`
  }

  async #work(): Promise<void> {
    const { log } = this.engine.services
    while (!this.#stop.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      try {
        await this.#look()
      } catch (error) {
        log.warn({ error: toError(error).message }, "cannot look after sandboxes at the moment")
      }
      const timer = setTimeout(this.#wake, lookEveryMs)
      if (!this.#stop.signal.aborted) await woken
      clearTimeout(timer)
    }
  }

  async #look(): Promise<void> {
    const { services, owner } = this.engine
    if (Date.now() - this.#beatAt > beatEveryMs) {
      await this.#recordHeartbeat()
      await endOrphanedSandboxes(services.db)
    }
    await this.#claim()
    for (const row of await listWorkerSandboxes(services.db, owner)) {
      const hasEnded = row.status === "TERMINATED" || row.status === "ERROR"
      if (hasEnded && !this.#atWork.has(row.id)) this.#begin(row.id, this.#clear(row.id, row.handle as unknown as Handle | null))
    }
    await Promise.all([...this.#boxes.values()].map((box) => this.#watch(box)))
  }

  async #claim(): Promise<void> {
    const { services, owner, executor } = this.engine
    if (this.#refusal) return
    while (this.#boxes.size + this.#atWork.size < services.config.sandboxes.perWorker) {
      const row = await claimSandbox(services.db, owner, this.#gatewayUrl, executor.kind)
      if (!row) return
      this.#begin(row.id, this.#startBox(row))
    }
  }

  /** Remembers work on one sandbox until it is done. Its errors are the log's. */
  #begin(id: string, work: Promise<void>): void {
    const { log } = this.engine.services
    const done = work
      .catch((error: unknown) => log.error({ error: toError(error).stack, sandbox: id }, "a sandbox could not be started or cleared away"))
      .finally(() => {
        this.#atWork.delete(id)
        this.#wake()
      })
    this.#atWork.set(id, done)
  }

  async #startBox(row: SandboxRecord): Promise<void> {
    const { services, executor, python } = this.engine
    const { db, config, log } = services
    let handle: Handle | null = null
    let link: AgentLink | null = null
    try {
      const spec = await prepareBox(services, row, python.base)
      link = await AgentLink.open(sandboxPlaces(config, row.id).socket)
      handle = await executor.start(spec)
      await updateSandboxHandle(db, row.id, { ...handle }, handle.image !== undefined)
      const connected = link.ready(connectsWithinMs).then(() => null)
      const ended = await Promise.race([connected, this.#untilEnd(handle, connected)])
      const box: Box = { row, handle, link, busy: 0, usedAt: Date.now(), logBytes: 0 }
      if (ended) {
        await this.#keepLog(box)
        await endSandboxes(db, [row.id], endOf(ended, row))
        return await this.#clear(row.id, handle)
      }
      this.#boxes.set(row.id, box)
      const started = await startSandbox(db, row.id)
      if (!started) return await this.#clear(row.id, handle)
      box.row = started
    } catch (error) {
      log.error({ error: toError(error).stack, sandbox: row.id }, "a sandbox could not be started")
      const errorMessage = error instanceof Refusal ? error.message : "The platform could not start it; the worker's log has the details"
      await endSandboxes(db, [row.id], { status: "ERROR", errorType: "START_FAILED", errorMessage })
      link?.close()
      await this.#clear(row.id, handle)
    }
  }

  /** Resolves when the box ends; never when something else settles first. */
  async #untilEnd(handle: Handle, other: Promise<unknown>): Promise<Inspection> {
    let isOver = false
    void other.then(
      () => (isOver = true),
      () => (isOver = true),
    )
    for (;;) {
      const state = await this.engine.executor.inspect(handle)
      if (state.phase !== "running") return state
      if (isOver) return new Promise(() => {})
      await sleep(50)
    }
  }

  /** Looks at one box: its end, its time, what it printed. */
  async #watch(box: Box): Promise<void> {
    const { startedAt, timeoutMinutes, idleTimeoutMinutes } = box.row
    const state = await this.engine.executor.inspect(box.handle)
    await this.#keepLog(box)
    if (state.phase !== "running") return this.#end(box, endOf(state, box.row))
    if (startedAt && Date.now() > startedAt.getTime() + timeoutMinutes * 60_000) {
      const errorMessage = `Its time was up after ${minutes(timeoutMinutes)} (timeout_minutes)`
      return this.#end(box, { status: "TERMINATED", errorType: "TIMEOUT", errorMessage })
    }
    if (idleTimeoutMinutes !== null && box.busy === 0 && Date.now() > box.usedAt + idleTimeoutMinutes * 60_000) {
      const errorMessage = `Nobody used it for ${minutes(idleTimeoutMinutes)} (idle_timeout_minutes)`
      return this.#end(box, { status: "TERMINATED", errorType: "IDLE_TIMEOUT", errorMessage })
    }
  }

  async #end(box: Box, how: SandboxEnd): Promise<void> {
    const { id } = box.row
    await endSandboxes(this.engine.services.db, [id], how)
    if (!this.#atWork.has(id)) this.#begin(id, this.#clear(id, box.handle))
  }

  /** Whether a box that stopped answering is dead. Its shim needs a moment to say so. */
  async #hasDied(box: Box): Promise<boolean> {
    for (const end = Date.now() + deathShowsWithinMs; Date.now() < end; await sleep(50)) {
      if (!this.#boxes.has(box.row.id)) return true
      const state = await this.engine.executor.inspect(box.handle)
      if (state.phase === "running") continue
      await this.#end(box, endOf(state, box.row))
      return true
    }
    return false
  }

  async #keepLog(box: Box): Promise<void> {
    const tail = await readLogTail(path.join(box.handle.workDir, workFiles.output), box.logBytes)
    if (!tail) return
    box.logBytes = tail.bytes
    await updateSandboxLog(this.engine.services.db, box.row.id, tail.text)
  }

  /** Ends the box of a sandbox and deletes all that is left of it on this machine. */
  async #clear(id: string, handle: Handle | null): Promise<void> {
    const { services, executor } = this.engine
    const box = this.#boxes.get(id)
    this.#boxes.delete(id)
    if (handle) {
      await executor.stop(handle, stopGraceMs)
      if (box) await this.#keepLog(box)
      await executor.remove(handle)
    }
    box?.link.close()
    await rm(sandboxPlaces(services.config, id).root, { recursive: true, force: true })
    await forgetSandboxHandle(services.db, id)
  }

  /** Goes on with the sandboxes of workers of this machine that are gone: their boxes may have lived on. */
  async #takeOver(): Promise<void> {
    const { services, executor, owner } = this.engine
    const { db, config } = services
    for (const { worker } of await listSandboxHosts(db))
      if (isDeadProcess(worker)) await adoptSandboxes(db, worker, owner, this.#gatewayUrl)
    for (const row of await listWorkerSandboxes(db, owner)) {
      if (row.status !== "RUNNING" && row.status !== "PROVISIONING") continue
      const handle = row.handle as unknown as Handle | null
      const state = handle ? await executor.inspect(handle) : null
      if (!handle || state?.phase !== "running" || row.status === "PROVISIONING") {
        const lost: SandboxEnd = { status: "ERROR", errorType: "WORKER_LOST", errorMessage: "The worker that kept it is gone" }
        await endSandboxes(db, [row.id], state && state.phase === "exited" ? endOf(state, row) : lost)
        continue
      }
      const link = await AgentLink.open(sandboxPlaces(config, row.id).socket)
      this.#boxes.set(row.id, { row, handle, link, busy: 0, usedAt: Date.now(), logBytes: 0 })
    }
  }

  /** Folders that no sandbox of a living worker stands for: a worker died between making one and saying so. */
  async #sweepFolders(): Promise<void> {
    const { services, executor, owner } = this.engine
    const names = await readdir(path.join(services.config.dataDir, "sandboxes")).catch(() => [])
    for (const id of names) {
      const row = await findSandbox(services.db, id)
      const isForsaken = !row || row.status === "TERMINATED" || row.status === "ERROR"
      if (!isForsaken || (row && row.handle !== null && row.worker !== owner)) continue
      const { workDir } = sandboxPlaces(services.config, id)
      await this.#clear(id, { kind: row?.executor ?? executor.kind, id: `sandbox-${id}`, workDir })
    }
  }
}

const minutes = (count: number): string => (count === 1 ? "1 minute" : `${count} minutes`)

/** What the end of a box means for its sandbox. */
function endOf(state: Inspection, row: SandboxRecord): SandboxEnd {
  if (state.phase !== "exited")
    return { status: "ERROR", errorType: "PROCESS_LOST", errorMessage: "Its process is gone and did not say why" }
  if (state.limit === "memory")
    return { status: "ERROR", errorType: "OOM_KILLED", errorMessage: `It used more than its ${row.memoryGb} GB of memory (memory_gb)` }
  if (state.limit === "disk")
    return { status: "ERROR", errorType: "DISK_LIMIT", errorMessage: `It wrote more than its ${row.diskGb} GB (disk_size_gb)` }
  if (state.limit === "output") return { status: "ERROR", errorType: "OUTPUT_LIMIT", errorMessage: "Its start command printed without end" }
  const { code, signal } = state
  if (code === 0) return { status: "TERMINATED", errorType: null, errorMessage: "Its start command ended", exitCode: 0 }
  const errorMessage = `${row.startCommand === null ? "Its process" : "Its start command"} ended with ${signal ?? `exit code ${code}`}`
  return { status: "ERROR", errorType: "START_COMMAND_FAILED", errorMessage, exitCode: code }
}

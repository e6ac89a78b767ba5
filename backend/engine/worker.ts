import { setTimeout as sleep } from "node:timers/promises"
import { toError } from "../base/errors.ts"
import { isDeadProcess } from "../base/machine.ts"
import { claimCheck } from "../store/environments/check-leases.ts"
import { claimRun } from "../store/evaluations/run-leases.ts"
import { heartbeatSeconds } from "../store/workers/leases.ts"
import { recordHeartbeat, releaseDeadLeases, removeWorker } from "../store/workers/workers.ts"
import { clearLeftovers } from "./attempt/clear-leftovers.ts"
import { checkEnvironment } from "./check/check-environment.ts"
import type { Engine } from "./engine.ts"
import { RunSupervisor } from "./run/supervisor.ts"

/** The net below signals: also look by itself this often. */
const pollMs = 2000
const clearEveryMs = 60_000
const checksAtOnce = 1

/** Claims what is due, as long as there is room, and supervises it. */
export class Worker {
  #runs = new Map<string, { supervisor: RunSupervisor; done: Promise<void> }>()
  #checks = new Set<Promise<void>>()
  #stop = new AbortController()
  #wake: () => void = () => {}
  #loops: Promise<void>[] = []
  #off: (() => void)[] = []

  constructor(private readonly engine: Engine) {}

  async start(): Promise<void> {
    const { services } = this.engine
    await this.#beat()
    await this.engine.warm.sweep(isDeadProcess)
    this.#off = [
      services.signals.on("work", () => this.#wake()),
      services.signals.on("cancel", (id) => this.#runs.get(id)?.supervisor.cancel()),
      services.signals.on("budget", (id) => void this.#runs.get(id)?.supervisor.checkBudget()),
    ]
    this.#loops = [
      this.#work(),
      this.#every(heartbeatSeconds * 1000, "cannot renew leases at the moment", () => this.#beat()),
      this.#every(clearEveryMs, "cannot clear leftovers at the moment", () => clearLeftovers(this.engine)),
    ]
  }

  /** Claims nothing more, leaves or ends what runs (see Engine.stopRuns), and returns when nothing is left in its hands. */
  async stop(): Promise<void> {
    const { services, owner } = this.engine
    for (const off of this.#off) off()
    for (const { supervisor } of this.#runs.values()) supervisor.detach()
    const beating = setInterval(() => void this.#beat().catch(() => {}), heartbeatSeconds * 1000)
    this.#stop.abort()
    this.#wake()
    await Promise.all(this.#loops)
    await Promise.all([...this.#checks, ...[...this.#runs.values()].map((run) => run.done)])
    await this.engine.warm.end()
    clearInterval(beating)
    await removeWorker(services.db, owner).catch(() => {})
  }

  async #work(): Promise<void> {
    const { log } = this.engine.services
    while (!this.#stop.signal.aborted) {
      try {
        const claimed = (await this.#claimRun()) || (await this.#claimCheck())
        if (claimed) continue
      } catch (error) {
        log.warn({ error: toError(error).message }, "cannot claim work at the moment")
      }
      await new Promise<void>((resolve) => {
        const timer = sleep(pollMs).then(resolve)
        this.#wake = resolve
        void timer
      })
    }
  }

  async #every(ms: number, trouble: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      await work().catch((error: unknown) => this.engine.services.log.warn({ error: toError(error).message }, trouble))
      await sleep(ms, undefined, { signal }).catch(() => {})
    }
  }

  /**
   * Says that this worker lives and holds its runs; lets go of those that are another's now, and stops those that somebody wants
   * stopped. Runs of a worker on this machine that was killed become free: there is no need to wait until their leases are over.
   */
  async #beat(): Promise<void> {
    const { services, owner, machine } = this.engine
    // Those that are claimed while the answer is on its way do not stand in it.
    const asked = [...this.#runs.values()]
    const held = await recordHeartbeat(services.db, { owner, machine }, services.config.maxConcurrentRuns)
    await releaseDeadLeases(services.db, isDeadProcess)
    for (const { supervisor } of asked) {
      const run = held.get(supervisor.id)
      if (!run) supervisor.fence()
      // The signal that somebody asked to stop may have been lost; the row has not.
      else if (run.cancelled) supervisor.cancel()
      else void supervisor.lookAtSpending().catch(() => {})
    }
  }

  async #claimRun(): Promise<boolean> {
    const { services, owner, machine } = this.engine
    if (this.#runs.size >= services.config.maxConcurrentRuns) return false
    const row = await claimRun(services.db, { owner, machine, port: services.config.workerPort }, services.config.maxRuns, [
      ...this.#runs.keys(),
    ])
    if (!row) return false
    const supervisor = new RunSupervisor(this.engine, row)
    const done = supervisor.run().finally(() => {
      this.#runs.delete(row.id)
      this.#wake()
    })
    this.#runs.set(row.id, { supervisor, done })
    if (this.#stop.signal.aborted) supervisor.detach()
    return true
  }

  async #claimCheck(): Promise<boolean> {
    const { services, owner } = this.engine
    if (this.#checks.size >= checksAtOnce) return false
    const action = await claimCheck(services.db, owner)
    if (!action) return false
    const done = checkEnvironment(this.engine, action, this.#stop.signal)
      .catch((error: unknown) => services.log.error({ error: toError(error).stack }, "a check could not be recorded"))
      .finally(() => {
        this.#checks.delete(done)
        this.#wake()
      })
    this.#checks.add(done)
    return true
  }
}

import { setTimeout as sleep } from "node:timers/promises"
import { toError } from "../base/errors.ts"
import { claimAction, claimEvaluation, releaseDeadLeases } from "../store/leases.ts"
import { checkEnvironment } from "./check-environment.ts"
import { isDeadWorker } from "./dead-worker.ts"
import type { Engine } from "./engine.ts"
import { RunSupervisor } from "./supervise-run.ts"

/** The net below signals: also look by itself this often. */
const pollMs = 2000
const checksAtOnce = 1

/** Claims what is due, as long as there is room, and supervises it. */
export class Worker {
  #runs = new Map<string, { supervisor: RunSupervisor; done: Promise<void> }>()
  #checks = new Set<Promise<void>>()
  #stop = new AbortController()
  #wake: () => void = () => {}
  #loop: Promise<void> | null = null
  #off: (() => void)[] = []

  constructor(private readonly engine: Engine) {}

  async start(): Promise<void> {
    const { services, owner } = this.engine
    // A predecessor on this machine that was killed keeps its leases for half a minute; there is no need to wait.
    await releaseDeadLeases(services.db, owner, isDeadWorker)
    await this.engine.warm.sweep((other) => isDeadWorker(other, owner))
    this.#off = [
      services.signals.on("work", () => this.#wake()),
      services.signals.on("cancel", (id) => this.#runs.get(id)?.supervisor.cancel()),
      services.signals.on("budget", (id) => void this.#runs.get(id)?.supervisor.checkBudget()),
    ]
    this.#loop = this.#work()
  }

  /** Claims nothing more, leaves or ends what runs (see Engine.stopRuns), and returns when nothing is left in its hands. */
  async stop(): Promise<void> {
    this.#stop.abort()
    for (const off of this.#off) off()
    for (const { supervisor } of this.#runs.values()) supervisor.detach()
    this.#wake()
    await this.#loop
    await Promise.all([...this.#checks, ...[...this.#runs.values()].map((run) => run.done)])
    await this.engine.warm.end()
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

  async #claimRun(): Promise<boolean> {
    const { services, owner } = this.engine
    if (this.#runs.size >= services.config.maxConcurrentRuns) return false
    const row = await claimEvaluation(services.db, owner)
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
    const action = await claimAction(services.db, owner)
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

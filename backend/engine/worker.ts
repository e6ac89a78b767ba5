import { limits } from "../../contract/limits.ts"
import { isDeadProcess } from "../base/machine.ts"
import { claimCheck, renewCheckLease } from "../store/environments/check-leases.ts"
import { claimRun } from "../store/evaluations/run-leases.ts"
import { deleteOldMessages } from "../store/outbox/messages.ts"
import { countSandboxTimes } from "../store/usage/sandbox-time.ts"
import { heartbeatSeconds } from "../store/workers/leases.ts"
import { recordHeartbeat, releaseDeadLeases, removeWorker } from "../store/workers/workers.ts"
import { clearKeptData } from "./attempt/clear-kept-data.ts"
import { clearLeftovers } from "./attempt/clear-leftovers.ts"
import { EnvironmentCheck } from "./check/environment-check.ts"
import { closeStoppedUploads } from "./close-uploads.ts"
import { deliveryQueue } from "./deliveries.ts"
import { type DiskUser, hasDiskRoom } from "./disk-room.ts"
import type { Engine } from "./engine.ts"
import { findSomeFindings } from "./find-findings.ts"
import { clearEnvironments } from "./install/clear-environments.ts"
import { LeaseQueue } from "./queue/lease-queue.ts"
import { WakeLoop } from "./queue/wake-loop.ts"
import { reportEngines } from "./remote/report-engines.ts"
import { RunSupervisor } from "./run/supervisor.ts"
import { storeSomeTexts } from "./store-texts.ts"

const pollMs = 2000
const renewMs = heartbeatSeconds * 1000
const clearEveryMs = 60_000
const reportEveryMs = 15_000

/** Claims runs and checks that are due, as long as there is capacity, and carries them out. */
export class Worker {
  readonly #runs: LeaseQueue<RunSupervisor, { cancelled: boolean }>
  readonly #checks: LeaseQueue<EnvironmentCheck>
  readonly #messages: ReturnType<typeof deliveryQueue>
  #clearing: WakeLoop | null = null
  #texts: WakeLoop | null = null
  #findings: WakeLoop | null = null
  #reports: WakeLoop | null = null
  readonly #leaving = new AbortController()
  #unsubscribe: (() => void)[] = []

  constructor(private readonly engine: Engine) {
    this.#runs = runQueue(engine)
    this.#checks = checkQueue(engine)
    this.#messages = deliveryQueue(engine.services, engine.owner)
  }

  async start(): Promise<void> {
    const { services, warm } = this.engine
    await warm.sweep(isDeadProcess)
    // Before anything new is claimed: leftovers may be what fills the disk.
    const cannotClear = (error: Error) => services.log.warn({ error: error.message }, "cannot clear leftovers at the moment")
    await clearLeftovers(this.engine).catch(cannotClear)
    this.#unsubscribe = [
      services.signals.on("work", () => {
        this.#runs.wake()
        this.#checks.wake()
      }),
      services.signals.on("outbox", () => this.#messages.wake()),
      services.signals.on("cancel", (id) => this.#runs.get(id)?.cancel()),
      services.signals.on("budget", (id) => void this.#runs.get(id)?.checkBudget()),
    ]
    await this.#runs.start()
    await this.#checks.start()
    await this.#messages.start()
    this.#clearing = new WakeLoop({
      turn: async () => {
        await clearLeftovers(this.engine)
        await closeStoppedUploads(services)
        await clearEnvironments(this.engine)
        await clearKeptData(this.engine)
        await deleteOldMessages(services.db, limits.deliveriesKeptDays)
      },
      everyMs: clearEveryMs,
      onError: cannotClear,
    })
    this.#reports = new WakeLoop({
      turn: () => reportEngines(this.engine, this.#leaving.signal),
      everyMs: reportEveryMs,
      onError: (error) => services.log.warn({ error: error.message }, "cannot note at the moment what engines say"),
    })
    this.#texts = new WakeLoop({
      turn: async () => {
        if (await storeSomeTexts(services.db)) this.#texts?.wake()
      },
      everyMs: pollMs,
      onError: (error) => services.log.warn({ error: error.message }, "cannot make samples searchable at the moment"),
    })
    this.#findings = new WakeLoop({
      turn: async () => {
        if (await findSomeFindings(services.db, this.#leaving.signal)) this.#findings?.wake()
      },
      everyMs: pollMs,
      onError: (error) => {
        if (!this.#leaving.signal.aborted) services.log.warn({ error: error.message }, "cannot look through a run at the moment")
      },
    })
  }

  /** The runs that take room on the disk. */
  diskUsers(): DiskUser[] {
    return this.#runs.values().map((run) => run.diskUser)
  }

  /** Claims nothing more, leaves or ends what runs (see WorkerContext.stopRuns), and returns when this worker holds nothing any more. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#leaving.abort()
    const loops = [this.#messages, this.#clearing, this.#texts, this.#findings, this.#reports].map((loop) => loop?.stop())
    await Promise.all([this.#runs.stop(), this.#checks.stop(), ...loops])
    await this.engine.warm.end()
    await removeWorker(this.engine.services.db, this.engine.owner).catch(() => {})
  }
}

function runQueue(engine: Engine) {
  const { services, owner, machine } = engine
  const { db, config } = services
  let isChecking = false
  return new LeaseQueue<RunSupervisor, { cancelled: boolean }>(
    {
      name: "runs",
      capacity: config.maxConcurrentRuns,
      pollMs,
      renewMs,
      async claim(heldIds) {
        // Runs that are active already are taken over all the same: their processes are on this disk.
        const limits = (await hasDiskRoom(engine)) ? config.maxRuns : { ...config.maxRuns, all: 0 }
        const row = await claimRun(db, { owner, machine, port: config.workerPort }, limits, heldIds)
        return row && new RunSupervisor(engine, row)
      },
      async renew(heldIds) {
        const capacity = (await hasDiskRoom(engine)) ? config.maxConcurrentRuns : 0
        const leases = await recordHeartbeat(db, { owner, machine }, capacity, heldIds)
        // The runs of a killed worker on this machine need not wait until their leases expire.
        await releaseDeadLeases(db, isDeadProcess)
        return leases
      },
      onRenewed(renewed) {
        // The signal that the run was cancelled may have been lost; the row has it.
        for (const [run, { cancelled }] of renewed) if (cancelled) run.cancel()
        // What takes longer than to the next heartbeat is not begun once more beside it.
        if (isChecking) return
        isChecking = true
        void checkSpending(engine, [...renewed.keys()])
          .catch(() => {})
          .finally(() => {
            isChecking = false
          })
      },
    },
    services.log,
  )
}

/** Counts the sandbox time of runs, and stops those whose budget is used up: one after the other, so that a thousand of them leave connections to everything else. */
async function checkSpending({ services }: Engine, runs: RunSupervisor[]): Promise<void> {
  await countSandboxTimes(
    services.db,
    runs.flatMap(({ counted }) => counted ?? []),
  )
  // That one cannot be asked about now is no reason to leave out the others.
  for (const run of runs) if (run.counted) await run.checkBudget().catch(() => {})
}

function checkQueue(engine: Engine) {
  const { services, owner } = engine
  const { db, config } = services
  return new LeaseQueue<EnvironmentCheck>(
    {
      name: "checks",
      capacity: config.maxConcurrentChecks,
      pollMs,
      renewMs,
      async claim() {
        const row = (await hasDiskRoom(engine)) ? await claimCheck(db, owner) : undefined
        return row && new EnvironmentCheck(engine, row)
      },
      async renew(heldIds) {
        const renewed = await Promise.all(heldIds.map(async (id) => ((await renewCheckLease(db, id, owner)) ? id : null)))
        return new Map(renewed.filter((id) => id !== null).map((id) => [id, true]))
      },
    },
    services.log,
  )
}

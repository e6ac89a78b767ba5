import type { Socket } from "node:net"
import type { AgentLink } from "../../sandbox/agent-link.ts"
import type { Handle } from "../../sandbox/executor.ts"
import { endOrphanedSandboxes, endSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import type { SandboxEnd } from "../../store/sandboxes/sandbox.ts"
import { deleteSandboxHost, recordHostHeartbeat } from "../../store/sandboxes/sandbox-hosts.ts"
import { claimSandbox, listWorkerSandboxes } from "../../store/sandboxes/sandbox-leases.ts"
import { type DiskUser, hasDiskRoom } from "../disk-room.ts"
import { meterInstances } from "../instances/meter-instances.ts"
import { SshDoor } from "../instances/ssh-door.ts"
import { LeaseQueue } from "../queue/lease-queue.ts"
import type { WorkerContext } from "../worker-context.ts"
import { Checkpoints } from "./checkpoints/checkpoints.ts"
import { KeptSandbox } from "./kept-sandbox.ts"
import { sandboxRefusal } from "./refusal.ts"
import { sandboxPaths } from "./sandbox-spec.ts"
import { hasEnded, sweepSandboxFolders, takeOverSandboxes } from "./take-over.ts"

const lostBetween: SandboxEnd = {
  status: "ERROR",
  errorType: "WORKER_LOST",
  errorMessage: "Its worker lost it while the database was away",
}

const diskShortage = "There is no room for sandboxes at the moment: the disk of the worker's machine is nearly full. Try again later"

/** Also how long a sandbox may be over its limits before that is noticed. */
const pollMs = 1000
const renewMs = 10_000

/**
 * Keeps sandboxes: starts those that wait, watches them, and clears away those that have ended. Each is started by the executor
 * like a run; the agent inside does what the gateway asks for.
 */
export class SandboxHost {
  readonly #sandboxes: LeaseQueue<KeptSandbox>
  readonly #door: SshDoor
  readonly #checkpoints: Checkpoints
  #refusal: string | null = null
  /** Why it takes no more of them at the moment. */
  #shortage: string | null = null
  #unsubscribe: () => void = () => {}

  constructor(private readonly context: WorkerContext) {
    const { services, owner, executor } = context
    this.#door = new SshDoor(services, this)
    this.#sandboxes = new LeaseQueue<KeptSandbox>(
      {
        name: "sandboxes",
        capacity: services.config.sandboxes.perWorker,
        pollMs,
        renewMs,
        claim: async () => {
          if (this.#refusal ?? this.#shortage) return undefined
          const row = await claimSandbox(services.db, {
            worker: owner,
            gatewayUrl: this.#gatewayUrl,
            executor: executor.kind,
            keepsInstances: this.#door.address !== null,
          })
          return row && KeptSandbox.start(context, row)
        },
        renew: () => this.#renew(),
        inspect: () => this.#inspect(),
      },
      services.log,
    )
    this.#checkpoints = new Checkpoints(context, (id) => this.#sandboxes.get(id))
  }

  async start(): Promise<void> {
    const { services, owner } = this.context
    this.#refusal = await sandboxRefusal(this.context)
    if (this.#refusal) services.log.info({ reason: this.#refusal }, "this worker keeps no sandboxes")
    if (!(await hasDiskRoom(this.context))) this.#shortage = diskShortage
    if (!this.#refusal) await this.#door.start()
    await this.#announce()
    // Before anything is given up: sandboxes of a dead worker on this machine may still be running.
    for (const sandbox of await takeOverSandboxes(this.context, this.#gatewayUrl)) this.#sandboxes.hold(sandbox)
    await endOrphanedSandboxes(services.db)
    await sweepSandboxFolders(this.context)
    this.#unsubscribe = services.signals.on("sandbox", () => this.#sandboxes.wake())
    await this.#sandboxes.start()
    services.log.info({ sandboxes: this.#sandboxes.values().length, owner }, "sandboxes are kept here")
  }

  /** Starts nothing more; ends the sandboxes, or leaves them to the next worker on this machine (see WorkerContext.stopRuns). */
  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#door.stop()
    await this.#checkpoints.stop()
    await this.#sandboxes.stop()
    if (this.context.stopRuns) await deleteSandboxHost(this.context.services.db, this.context.owner)
  }

  /** Does something with a sandbox, which is not idle meanwhile; undefined when it is not here, or ended during the work. */
  async use<T>(id: string, work: (link: AgentLink) => Promise<T>): Promise<T | undefined> {
    return this.#sandboxes.get(id)?.use(work)
  }

  /**
   * Connects with a port of a sandbox, which is not idle while that lasts; undefined when it is not here.
   * @throws Refusal when nothing listens there, or too many connections lead to it
   */
  async connect(id: string, port: number): Promise<Socket | undefined> {
    return new Promise((resolve, reject) => {
      const used = this.use(id, async (link) => {
        const socket = await link.connect(port)
        const closed = new Promise((settle) => socket.once("close", settle))
        resolve(socket)
        await closed
      })
      used.then(() => resolve(undefined), reject)
    })
  }

  /** The sandboxes that take room on the disk. */
  diskUsers(): DiskUser[] {
    return this.#sandboxes.values().map((sandbox) => sandbox.diskUser)
  }

  get #gatewayUrl(): string {
    return `${this.context.services.config.workerUrl}/sandboxes`
  }

  /** The handle that a sandbox has if it was started. */
  #handleOf(id: string): Handle {
    const { services, executor } = this.context
    return { kind: executor.kind, id: `sandbox-${id}`, workDir: sandboxPaths(services.config, id).workDir }
  }

  async #announce(): Promise<void> {
    const { services, executor, owner } = this.context
    await recordHostHeartbeat(services.db, {
      worker: owner,
      executor: executor.kind,
      gatewayUrl: this.#gatewayUrl,
      refusal: this.#refusal ?? this.#shortage,
      sshAddress: this.#door.address,
      sshRefusal: this.#door.refusal,
    })
  }

  async #renew(): Promise<Map<string, true>> {
    const { services, owner } = this.context
    await this.#announce()
    await endOrphanedSandboxes(services.db)
    await meterInstances(this.context)
    await this.#checkpoints.sweep()
    return new Map((await listWorkerSandboxes(services.db, owner)).map((row) => [row.id, true]))
  }

  /** Cleans up what has ended, here or on request, and watches the rest. */
  async #inspect(): Promise<void> {
    const { services, owner } = this.context
    const shortage = (await hasDiskRoom(this.context)) ? null : diskShortage
    if (shortage !== this.#shortage) {
      this.#shortage = shortage
      await this.#announce()
    }
    for (const row of await listWorkerSandboxes(services.db, owner)) {
      const kept = this.#sandboxes.get(row.id)
      // Claimed or given up while the database was away, so that nobody looks after it.
      if (!kept && !hasEnded(row)) await endSandboxes(services.db, [row.id], lostBetween)
      if (!kept) this.#sandboxes.hold(KeptSandbox.clear(this.context, { ...row, handle: row.handle ?? { ...this.#handleOf(row.id) } }))
      else if (hasEnded(row)) kept.clearEnded()
      else await kept.followPolicy(row)
    }
    await Promise.all(this.#sandboxes.values().map((sandbox) => sandbox.watch()))
    await this.#checkpoints.take()
  }
}

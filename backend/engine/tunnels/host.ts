import { setTimeout as sleep } from "node:timers/promises"
import { toError } from "../../base/errors.ts"
import { deleteTunnelServer, recordTunnelServer, type TunnelServer } from "../../store/tunnels/tunnel-servers.ts"
import { disconnectTunnelsOf, listTunnels } from "../../store/tunnels/tunnels.ts"
import { WakeLoop } from "../queue/wake-loop.ts"
import type { EngineServices } from "../worker-context.ts"
import { type Frps, startFrps } from "./frps.ts"
import { prepareServer } from "./programs.ts"

const announceMs = 10_000
/** After this long without a server another request for one tries again. */
const offMs = 10 * 60_000
/** Deaths one after the other, each within a minute, after which it is given up. */
const deathsMax = 5
const quickMs = 60_000

/**
 * Keeps this worker's tunnel server: prepares and starts frps when a tunnel is first asked for, and starts it again when it dies. Its
 * clients come back by themselves.
 */
export class TunnelHost {
  #state: TunnelServer["state"] = "idle"
  #reason: string | null = null
  #frps: Frps | null = null
  #keeping: Promise<void> | null = null
  #offSince = 0
  #waiting: (() => void)[] = []
  readonly #stopping = new AbortController()
  #announcing: WakeLoop | null = null
  #unsubscribe: () => void = () => {}

  constructor(
    private readonly services: EngineServices,
    private readonly owner: string,
  ) {
    if (services.config.tunnels.frps === "off") this.#set("off", "its operator has switched them off")
  }

  async start(): Promise<void> {
    const { services } = this
    this.#unsubscribe = services.signals.on("tunnel", () => this.need())
    this.#announcing = new WakeLoop({
      turn: () => this.#announce(),
      everyMs: announceMs,
      onError: (error) => services.log.warn({ error: error.message }, "cannot announce the tunnel server at the moment"),
    })
    // Clients that were connected before a restart are trying to come back.
    const { total } = await listTunnels(services.db, {}, { offset: 0, limit: 1 })
    if (total > 0) this.need()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#stopping.abort()
    await this.#frps?.stop()
    await this.#keeping
    await this.#announcing?.stop()
    await disconnectTunnelsOf(this.services.db, this.owner).catch(() => {})
    await deleteTunnelServer(this.services.db, this.owner).catch(() => {})
  }

  /** Where frps takes calls for tunnels on this machine; null while it is not running. */
  get callsPort(): number | null {
    return this.#frps?.callsPort ?? null
  }

  /** Prepares the server if nothing was done about it yet. */
  need(): void {
    if (this.#stopping.signal.aborted) return
    this.#tryAgainAfterAWhile()
    if (this.#state !== "idle") return
    this.#set("preparing")
    this.#keeping = this.#keep().catch((error: unknown) => this.#giveUp(toError(error)))
  }

  get isPreparing(): boolean {
    return this.#state === "preparing"
  }

  /** Returns once it is known whether there is a server, or the signal is given. */
  async settled(signal: AbortSignal): Promise<void> {
    if (!this.isPreparing || signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
      signal.addEventListener("abort", () => resolve(), { once: true })
    })
  }

  async #keep(): Promise<void> {
    const { services, owner } = this
    const { signal } = this.#stopping
    const program = await prepareServer(services.config, services.log)
    for (let deaths = 0; !signal.aborted; ) {
      const born = Date.now()
      const last = await startFrps(program, services.config, services.log).then(
        async (frps) => {
          this.#frps = frps
          if (signal.aborted) await frps.stop()
          this.#set("ready")
          const said = await frps.ended
          this.#frps = null
          return said
        },
        (error: unknown) => toError(error).message,
      )
      if (signal.aborted) return
      deaths = Date.now() - born > quickMs ? 1 : deaths + 1
      if (deaths >= deathsMax) throw new Error(`frps ended ${deathsMax} times, the last time with: ${last}`)
      services.log.warn({ last }, "frps ended; starting it again")
      this.#set("preparing")
      await disconnectTunnelsOf(services.db, owner)
      await sleep(500 * 2 ** deaths, undefined, { signal }).catch(() => {})
    }
  }

  #giveUp({ message }: Error): void {
    this.services.log.warn({ reason: message }, "this worker has no tunnel server")
    this.#offSince = Date.now()
    this.#set("off", message)
    void disconnectTunnelsOf(this.services.db, this.owner).catch(() => {})
  }

  #set(state: TunnelServer["state"], reason: string | null = null): void {
    this.#state = state
    this.#reason = reason
    this.#announcing?.wake()
    if (state === "preparing") return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Lets the next request for a tunnel prepare a server once more, unless the operator wants none. */
  #tryAgainAfterAWhile(): void {
    const isWanted = this.services.config.tunnels.frps !== "off"
    if (this.#state === "off" && isWanted && Date.now() - this.#offSince > offMs) this.#set("idle")
  }

  async #announce(): Promise<void> {
    const { config, db } = this.services
    this.#tryAgainAfterAWhile()
    const { host, port } = config.tunnels
    const server = { worker: this.owner, state: this.#state, reason: this.#reason, host, port, proxyUrl: config.workerUrl }
    await recordTunnelServer(db, server)
  }
}

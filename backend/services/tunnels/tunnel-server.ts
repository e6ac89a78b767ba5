import { setTimeout as sleep } from "node:timers/promises"
import { ServiceError } from "../../base/errors.ts"
import { signal } from "../../store/signals.ts"
import { listTunnelServers, type TunnelServer } from "../../store/tunnels/tunnel-servers.ts"
import type { Context } from "../context.ts"

/** Less than the 30 seconds for which prime_tunnel waits for an answer. */
const waitMs = 20_000
const lookEveryMs = 200

/**
 * The server for a new tunnel: this worker's own where there is one, so that a run's client stays on its machine. Waits a while for
 * one that is being prepared.
 * @throws ServiceError with the reason when there is none
 */
export async function requireTunnelServer(ctx: Context, patienceMs = waitMs): Promise<TunnelServer> {
  for (const begin = Date.now(); ; await sleep(lookEveryMs)) {
    const servers = await listTunnelServers(ctx.db)
    const ready = servers.filter(({ state }) => state === "ready")
    const chosen = ready.find(({ worker }) => worker === ctx.config.workerName) ?? ready[0]
    if (chosen) return chosen
    if (servers.every(({ state }) => state === "off"))
      throw new ServiceError(
        "not_offered",
        `This platform offers no tunnels: ${servers[0]?.reason ?? "no worker is running that has a tunnel server"}`,
      )
    if (servers.some(({ state }) => state === "idle")) await signal(ctx.db, "tunnel")
    if (Date.now() - begin > patienceMs)
      throw new ServiceError("unavailable", "The tunnel server is being prepared, which takes some minutes once: try again then")
  }
}

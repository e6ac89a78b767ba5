import type { CreateTunnelRequest, OpenedTunnel } from "../../../contract/index.ts"
import { frpToken, hashToken } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { newId, newToken } from "../../base/ids.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { insertTunnel } from "../../store/tunnels/tunnels.ts"
import type { Context } from "../context.ts"
import { makerOf, requireMaker } from "../identity/made-by.ts"
import { tunnelAddress } from "./to-tunnel.ts"
import { requireTunnelServer } from "./tunnel-server.ts"

const hoursMax = 24

/**
 * Registers a tunnel, and gives its client what it needs to open it. One of a run lives as long as the run may.
 * @throws ServiceError when the user has as many as one may have, or no server is there
 */
export async function createTunnel(ctx: Context, input: CreateTunnelRequest): Promise<OpenedTunnel> {
  const caller = requireMaker(ctx)
  const maker = makerOf(ctx, input.teamId)
  const server = await requireTunnelServer(ctx)
  const deadline = caller.kind === "run" ? (await findEvaluationRow(ctx.db, caller.evaluationId))?.deadlineAt : null
  const secret = newToken("hetb_")
  const password = input.http_user ? newToken("hetp_") : null
  const { perUser } = ctx.config.tunnels
  const row = await insertTunnel(
    ctx.db,
    {
      id: newId(),
      ...maker,
      name: input.name ?? null,
      localPort: input.local_port,
      labels: input.labels ?? [],
      secretHash: hashToken(secret),
      httpUser: input.http_user ?? null,
      httpPasswordHash: password && hashToken(password),
      worker: server.worker,
      expiresAt: deadline ?? new Date(Date.now() + hoursMax * 3_600_000),
    },
    perUser,
  )
  // prime_tunnel knows the limit by these words.
  if (!row) throw new ServiceError("limit_reached", `You have the maximum number of tunnels, ${perUser}: end one of them first`)
  const isHere = caller.kind === "run" && server.worker === ctx.config.workerName
  return {
    tunnel_id: row.id,
    name: row.name,
    ...tunnelAddress(ctx.config, row.id),
    frp_token: frpToken(ctx.config.secretKey),
    binding_secret: secret,
    server_host: isHere ? ctx.config.tunnels.localHost : server.host,
    server_port: server.port,
    local_port: row.localPort,
    labels: row.labels,
    http_user: row.httpUser,
    http_password: password,
    expires_at: row.expiresAt.toISOString(),
  }
}

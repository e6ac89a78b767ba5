import type { Tunnel } from "../../../contract/index.ts"
import type { Config } from "../../base/config.ts"
import { type TunnelRecord, tunnelStatus } from "../../store/tunnels/tunnel.ts"

/** The name that leads to a tunnel, and its address: the platform's own port, under that name. */
export function tunnelAddress(
  { tunnels, publicUrl }: Pick<Config, "tunnels" | "publicUrl">,
  id: string,
): { hostname: string; url: string } {
  const { protocol, port } = new URL(publicUrl)
  const hostname = `${id}.${tunnels.domain}`
  return { hostname, url: `${protocol}//${hostname}${port ? `:${port}` : ""}` }
}

/** A tunnel as the API shows it: none of its secrets. */
export const toTunnel = (config: Pick<Config, "tunnels" | "publicUrl">, row: TunnelRecord): Tunnel => ({
  tunnel_id: row.id,
  name: row.name,
  status: tunnelStatus(row),
  ...tunnelAddress(config, row.id),
  local_port: row.localPort,
  labels: row.labels,
  http_user: row.httpUser,
  created_at: row.createdAt.toISOString(),
  connected_at: row.connectedAt?.toISOString() ?? null,
  expires_at: row.expiresAt.toISOString(),
  terminated_at: row.terminatedAt?.toISOString() ?? null,
  user_id: row.userId,
  team_id: row.teamId,
  evaluation_id: row.evaluationId,
})

import type { TunnelStatus } from "../../../contract/index.ts"
import type { NewOf, Selected } from "../fields.ts"
import { tunnels } from "../schema.ts"

export const tunnelFields = {
  id: tunnels.id,
  userId: tunnels.userId,
  teamId: tunnels.teamId,
  evaluationId: tunnels.evaluationId,
  name: tunnels.name,
  localPort: tunnels.localPort,
  labels: tunnels.labels,
  secretHash: tunnels.secretHash,
  httpUser: tunnels.httpUser,
  httpPasswordHash: tunnels.httpPasswordHash,
  worker: tunnels.worker,
  connection: tunnels.connection,
  createdAt: tunnels.createdAt,
  connectedAt: tunnels.connectedAt,
  expiresAt: tunnels.expiresAt,
  terminatedAt: tunnels.terminatedAt,
}

export type TunnelRecord = Selected<typeof tunnelFields>
export type NewTunnel = NewOf<typeof tunnelFields>

type Moments = Pick<TunnelRecord, "terminatedAt" | "expiresAt" | "connection" | "connectedAt">

/** The state of a tunnel now. It expires by itself: nothing has to happen for that. */
export function tunnelStatus({ terminatedAt, expiresAt, connection, connectedAt }: Moments, now = Date.now()): TunnelStatus {
  if (terminatedAt) return "terminated"
  if (expiresAt.getTime() <= now) return "expired"
  if (connection) return "connected"
  return connectedAt ? "disconnected" : "pending"
}

/** Whether nothing leads to the tunnel any more, whatever its client does. */
export const hasTunnelEnded = (row: Moments): boolean => ["terminated", "expired"].includes(tunnelStatus(row))

import { hashToken } from "../../base/crypto.ts"
import { hasTunnelEnded, type TunnelRecord } from "../../store/tunnels/tunnel.ts"
import { findTunnelServer } from "../../store/tunnels/tunnel-servers.ts"
import { findTunnel, listEndedTunnels } from "../../store/tunnels/tunnels.ts"
import type { Services } from "../context.ts"

/** A call for a tunnel's name. */
export interface TunnelCall {
  id: string
  authorization: string | undefined
  /** Another of the platform's processes passed it on. */
  wasPassedOn: boolean
  /** The port of this process's frps; null where it has none. */
  ownPort: number | null
}

/** frps itself, or the worker that has it. */
export interface CallTarget {
  protocol: "http:" | "https:"
  host: string
  port: number
  isServer: boolean
}

export interface CallRefusal {
  status: number
  text: string
  headers?: Record<string, string>
}

/** Where a call goes now, or why it goes nowhere. */
export async function routeCall(
  services: Pick<Services, "config" | "db">,
  call: TunnelCall,
): Promise<{ refusal: CallRefusal } | { target: CallTarget; hasPassword: boolean }> {
  const row = await findTunnel(services.db, call.id)
  if (!row || hasTunnelEnded(row)) return { refusal: { status: 404, text: "There is no such tunnel, or it has ended" } }
  if (row.httpUser !== null && !isAuthorized(row, call.authorization))
    return {
      refusal: {
        status: 401,
        text: "This tunnel asks for a user and a password",
        headers: { "www-authenticate": 'Basic realm="tunnel", charset="UTF-8"' },
      },
    }
  const target = row.connection ? await targetOf(services, row, call) : null
  if (target) return { target, hasPassword: row.httpUser !== null }
  return { refusal: { status: 503, text: "Nothing is connected to this tunnel at the moment", headers: { "retry-after": "5" } } }
}

/** Of tunnels that something goes through, those that have ended. */
export const findEndedTunnels = ({ db }: Pick<Services, "db">, ids: string[]): Promise<string[]> => listEndedTunnels(db, ids)

async function targetOf(
  { config, db }: Pick<Services, "config" | "db">,
  { worker }: TunnelRecord,
  { ownPort, wasPassedOn }: TunnelCall,
): Promise<CallTarget | null> {
  if (worker === config.workerName && ownPort !== null) return { protocol: "http:", host: "127.0.0.1", port: ownPort, isServer: true }
  // Where it was passed on before, that worker is not what it was.
  const server = wasPassedOn ? undefined : await findTunnelServer(db, worker)
  if (server?.state !== "ready") return null
  const { protocol, hostname, port } = new URL(server.proxyUrl)
  const isSecure = protocol === "https:"
  return {
    protocol: isSecure ? "https:" : "http:",
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (isSecure ? 443 : 80),
    isServer: false,
  }
}

function isAuthorized({ httpUser, httpPasswordHash }: TunnelRecord, authorization = ""): boolean {
  const [, encoded = ""] = /^Basic\s+(\S+)$/i.exec(authorization) ?? []
  const [user, password = ""] = Buffer.from(encoded, "base64").toString("utf8").split(/:(.*)/s, 2)
  return user === httpUser && hashToken(password) === httpPasswordHash
}

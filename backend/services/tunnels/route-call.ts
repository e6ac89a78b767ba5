import { hashToken } from "../../base/crypto.ts"
import { listExposures } from "../../store/sandboxes/exposures.ts"
import { findSandbox } from "../../store/sandboxes/sandboxes.ts"
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
  /** Whether this process keeps the sandboxes of its worker. */
  keepsSandboxes: boolean
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

/** A port of a sandbox of this process. */
export interface SandboxPort {
  sandboxId: string
  sandboxPort: number
}

export type Route = { refusal: CallRefusal } | { target: CallTarget; hasPassword: boolean } | SandboxPort

/** Where a call for a tunnel, or an exposed port of a sandbox, goes now, or why it goes nowhere. */
export async function routeCall(services: Pick<Services, "config" | "db">, call: TunnelCall): Promise<Route> {
  const row = await findTunnel(services.db, call.id)
  if (!row) return routeToSandbox(services, call)
  if (hasTunnelEnded(row)) return { refusal: noTunnel }
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

const noTunnel: CallRefusal = { status: 404, text: "There is no such tunnel, or it has ended" }

async function routeToSandbox({ config, db }: Pick<Services, "config" | "db">, call: TunnelCall): Promise<Route> {
  const [exposure] = await listExposures(db, { ids: [call.id] })
  if (!exposure) return { refusal: noTunnel }
  if (call.keepsSandboxes && exposure.worker === config.workerName) return { sandboxId: exposure.sandboxId, sandboxPort: exposure.port }
  // Where it was passed on before, that worker is not what it was.
  const gateway = call.wasPassedOn ? null : (await findSandbox(db, exposure.sandboxId))?.gatewayUrl
  if (gateway) return { target: targetAt(gateway), hasPassword: false }
  return { refusal: { status: 503, text: "The sandbox does not run yet", headers: { "retry-after": "5" } } }
}

/** Of tunnels and exposed ports that something goes through, those that have ended. */
export async function findEndedTunnels({ db }: Pick<Services, "db">, ids: string[]): Promise<string[]> {
  const ended = await listEndedTunnels(db, ids)
  const exposed = new Set((ended.length > 0 ? await listExposures(db, { ids: ended }) : []).map(({ id }) => id))
  return ended.filter((id) => !exposed.has(id))
}

async function targetOf(
  { config, db }: Pick<Services, "config" | "db">,
  { worker }: TunnelRecord,
  { ownPort, wasPassedOn }: TunnelCall,
): Promise<CallTarget | null> {
  if (worker === config.workerName && ownPort !== null) return { protocol: "http:", host: "127.0.0.1", port: ownPort, isServer: true }
  // Where it was passed on before, that worker is not what it was.
  const server = wasPassedOn ? undefined : await findTunnelServer(db, worker)
  if (server?.state !== "ready") return null
  return targetAt(server.proxyUrl)
}

/** A worker's own address. */
function targetAt(url: string): CallTarget {
  const { protocol, hostname, port } = new URL(url)
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

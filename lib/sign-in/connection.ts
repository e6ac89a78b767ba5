import { randomUUID } from "node:crypto"
import { subscribe } from "node:diagnostics_channel"
import type { IncomingMessage } from "node:http"
import { readTrustedProxies } from "./trusted-proxies.ts"

/** Where a request came in: both ends of its TCP connection, and whether anything says that it was passed on. */
export interface Connection {
  address: string
  port: number
  serverAddress: string
  serverPort: number
  forwarded: boolean
}

const header = "x-hosted-evals-connection"
const forwarding =
  /^(forwarded|via|x-forwarded|x-forwarded-.*|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-.*|x-original-.*)$/

const shared = globalThis as { hostedEvalsMark?: string }

/**
 * Writes each request's connection into a header of it. Next hands neither the socket nor the headers as they came to a page or a
 * route: it adds forwarding headers of its own. Nobody outside can write the header, as they do not know the mark in it.
 */
export function markConnections(): void {
  if (shared.hostedEvalsMark) return
  const mark = randomUUID()
  shared.hostedEvalsMark = mark
  subscribe("http.server.request.start", (message) => {
    const { headers, socket } = (message as { request: IncomingMessage }).request
    const connection: Connection = {
      address: socket.remoteAddress ?? "",
      port: socket.remotePort ?? 0,
      serverAddress: socket.localAddress ?? "",
      serverPort: socket.localPort ?? 0,
      forwarded: Object.keys(headers).some((name) => forwarding.test(name)),
    }
    headers[header] = `${mark} ${JSON.stringify(connection)}`
  })
}

/** Hands the connection of a request on to headers that were read anew from what came, where somebody may have written one. */
export function passConnectionOn({ headers }: IncomingMessage, to: Headers): void {
  to.set(header, String(headers[header] ?? ""))
}

/**
 * Where a request came from. Each reverse proxy adds the address that came to it: what trusted ones say is followed back to the first address that is
 * none of theirs.
 */
export function clientAddress(headers: Headers): string {
  const connection = connectionOf(headers)
  if (!connection) return "unknown"
  const passedOn = connection.forwarded ? (headers.get("x-forwarded-for") ?? "").split(",").flatMap((one) => one.trim() || []) : []
  const isProxy = trustedProxies(process.env.TRUSTED_PROXIES)
  const way = [...passedOn, connection.address]
  return (way.findLast((address) => !isProxy(address)) ?? way[0]) || "unknown"
}

let known: { setting: string | undefined; isProxy: (address: string) => boolean } | undefined

/** The setting is read once, not with each request. */
function trustedProxies(setting: string | undefined): (address: string) => boolean {
  if (!known || known.setting !== setting) known = { setting, isProxy: readTrustedProxies(setting) }
  return known.isProxy
}

/** The connection of a request; null where it is not known. */
export function connectionOf(headers: Headers): Connection | null {
  const [mark, text] = (headers.get(header) ?? "").split(/ (.*)/, 2)
  return text && mark === shared.hostedEvalsMark ? (JSON.parse(text) as Connection) : null
}

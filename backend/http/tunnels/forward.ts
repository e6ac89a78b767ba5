import { type IncomingMessage, type RequestOptions, request as requestHttp, type ServerResponse } from "node:http"
import { request as requestHttps } from "node:https"
import { Socket } from "node:net"
import { type Duplex, pipeline } from "node:stream"
import type { CallTarget } from "../../services/tunnels/route-call.ts"

export interface Passage {
  /** An address, or a connection that is open already. */
  target: CallTarget | Socket
  /** The tunnel's name, without a port. */
  host: string
  /** The password is the tunnel's own, and nothing for whom it leads to. */
  hidesAuthorization: boolean
}

/** They concern one connection, not the request. Of the others, `expect` was answered here, and `host` is written anew. */
const ofConnection = new Set([
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

/** Names a hop in `Via`, so that a request that comes back is known: to the tunnel of the platform's own port, or to a worker that left. */
const hops = { worker: "hosted-evals-web", tunnel: "hosted-evals-tunnel" } as const

/** Whether a request has been passed on to a worker, or gone through a tunnel, before. */
export const hasPassed = ({ headers }: IncomingMessage, hop: keyof typeof hops): boolean => (headers.via ?? "").includes(hops[hop])

/** Whether a target is what the call is for, and not another of the platform's processes. */
const isOwn = (target: Passage["target"]): boolean => target instanceof Socket || target.isServer

/** Passes a request on and its answer back, as they come. */
export function forward(request: IncomingMessage, response: ServerResponse, passage: Passage): void {
  const upstream = send(request, passage, {})
  const fail = () => {
    if (response.headersSent) return response.destroy()
    response.writeHead(502, { "content-type": "text/plain; charset=utf-8", connection: "close" })
    response.end("The tunnel's server does not answer\n")
  }
  upstream.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, keptHeaders(answer))
    pipeline(answer, response, () => {})
  })
  upstream.once("error", fail)
  response.once("close", () => upstream.destroy())
  pipeline(request, upstream, () => {})
}

/** The same for a connection that becomes something else, such as a WebSocket. */
export function forwardUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, passage: Passage): void {
  const upstream = send(request, passage, { connection: "Upgrade", upgrade: request.headers.upgrade ?? "" })
  const write = (answer: IncomingMessage, more: string[]) => {
    const lines = Object.entries(keptHeaders(answer)).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`))
    socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${[...lines, ...more].join("\r\n")}\r\n\r\n`)
  }
  upstream.once("upgrade", (answer, other, first) => {
    write(answer, ["connection: Upgrade", `upgrade: ${answer.headers.upgrade ?? ""}`])
    if (first.length > 0) socket.write(first)
    if (head.length > 0) other.write(head)
    pipeline(socket, other, socket, () => {})
  })
  upstream.once("response", (answer) => {
    write(answer, ["connection: close"])
    pipeline(answer, socket, () => {})
  })
  upstream.once("error", () => socket.destroy())
  socket.once("close", () => upstream.destroy())
  upstream.end()
}

function send(request: IncomingMessage, { host, target, hidesAuthorization }: Passage, more: Record<string, string>) {
  const headers = keptHeaders(request)
  if (hidesAuthorization) delete headers.authorization
  // What follows a request to upgrade is sent once it was agreed to.
  if (more.upgrade !== undefined) delete headers["content-length"]
  const port = /:\d+$/.exec(request.headers.host ?? "")?.[0] ?? ""
  const via = [headers.via ?? []].flat().concat(`1.1 ${isOwn(target) ? hops.tunnel : hops.worker}`)
  const options: RequestOptions = {
    ...(target instanceof Socket ? { createConnection: () => target } : { host: target.host, port: target.port, agent: false }),
    method: request.method,
    path: request.url,
    // Of a body without a length: Node would send that of some methods without any mark of its end.
    headers: {
      ...headers,
      ...(request.headers["transfer-encoding"] ? { "transfer-encoding": "chunked" } : {}),
      ...more,
      host: `${host}${port}`,
      via: via.join(", "),
    },
  }
  const upstream = (!(target instanceof Socket) && target.protocol === "https:" ? requestHttps : requestHttp)(options)
  // A connection that was read from before was paused then.
  if (target instanceof Socket) upstream.once("socket", () => target.resume())
  return upstream
}

/** The headers as they came, but for those of the connection. A tunnel sets cookies for its own name alone. */
function keptHeaders({ rawHeaders, headers }: IncomingMessage): Record<string, string[] | string> {
  const named = new Set((headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()))
  // Without its length a body would be read as further requests, which were never authorized.
  named.delete("content-length")
  const kept: Record<string, string[]> = {}
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase()
    const value = rawHeaders[at + 1] as string
    if (ofConnection.has(name) || named.has(name)) continue
    kept[name] = [...(kept[name] ?? []), name === "set-cookie" ? value.replace(/;\s*domain\s*=[^;]*/gi, "") : value]
  }
  return Object.fromEntries(Object.entries(kept).map(([name, values]) => [name, values.length === 1 ? (values[0] as string) : values]))
}

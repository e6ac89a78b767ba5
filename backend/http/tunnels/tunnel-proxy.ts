import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { limits } from "../../../contract/index.ts"
import { toError } from "../../base/errors.ts"
import { Refusal } from "../../base/refusal.ts"
import type { Services } from "../../services/context.ts"
import { type CallRefusal, findEndedTunnels, routeCall } from "../../services/tunnels/route-call.ts"
import { forward, forwardUpgrade, hasPassed, type Passage } from "./forward.ts"

const sweepMs = 5000

export interface ReachableSandboxes {
  /** A connection to a port of a sandbox; undefined when the sandbox does not run here. @throws Refusal when nothing listens there */
  connect: (id: string, port: number) => Promise<Socket | undefined>
}

/**
 * Serves the tunnels' names on a server of the platform's own. Each request is decided here, by what the tunnel is at that moment:
 * frps itself goes on serving a tunnel that was ended for as long as its client stays connected.
 */
export class TunnelProxy {
  /** What is under way through each tunnel. */
  readonly #open = new Map<string, Set<Duplex>>()
  #sweeping: NodeJS.Timeout | null = null

  /**
   * @param ownPort where this process's frps takes calls; null where it has none, and another worker is asked
   * @param sandboxes those of this process, whose exposed ports are called; null where another worker is asked
   */
  constructor(
    private readonly services: Pick<Services, "config" | "db" | "log">,
    private readonly ownPort: () => number | null = () => null,
    private readonly sandboxes: () => ReachableSandboxes | null = () => null,
  ) {}

  /** Takes requests for names of tunnels away from a server, or from all servers of a class; everything else goes on as before. */
  attachTo(server: Pick<Server, "emit">): void {
    const emit = server.emit as (this: unknown, event: string, ...args: unknown[]) => boolean
    const proxy = this
    server.emit = function (this: unknown, event: string, ...args: unknown[]): boolean {
      const isOurs = event === "request" || event === "upgrade" || event === "checkContinue"
      const id = isOurs ? proxy.#idOf((args[0] as IncomingMessage).headers.host) : null
      if (id === null) return emit.call(this, event, ...args)
      if (event === "upgrade") void proxy.#upgrade(id, args[0] as IncomingMessage, args[1] as Duplex, args[2] as Buffer)
      else void proxy.#request(id, args[0] as IncomingMessage, args[1] as ServerResponse, event === "checkContinue")
      return true
    }
  }

  /** The same for a server that upgrades nothing of its own; without a listener, Node answers such requests like others. */
  attachToPlain(server: Server): void {
    this.attachTo(server)
    server.on("upgrade", (_, socket: Duplex) =>
      socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\nNothing is upgraded here\n"),
    )
  }

  /** A server on this machine that serves tunnels and nothing else, for programs that may reach no more of the platform. */
  async serve(): Promise<Server> {
    const server = createServer((_, response) => response.writeHead(404, { connection: "close" }).end("Only tunnels are served here\n"))
    this.attachToPlain(server)
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    return server
  }

  /** The tunnel that a Host header names; null for the platform's own names, and any other. */
  #idOf(host: string | undefined): string | null {
    const name = (host ?? "").replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase()
    const [, id, domain] = /^([0-9a-z]{24})\.(.+)$/.exec(name) ?? []
    return id !== undefined && domain === this.services.config.tunnels.domain ? id : null
  }

  async #request(id: string, request: IncomingMessage, response: ServerResponse, waitsForContinue: boolean): Promise<void> {
    const found = await this.#find(id, request)
    if ("refusal" in found) {
      const { status, text, headers } = found.refusal
      // What the client goes on sending is not read.
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close", ...headers })
      response.end(`${text}\n`)
      return
    }
    if (waitsForContinue) response.writeContinue()
    this.#hold(id, request.socket)
    response.once("close", () => this.#release(id, request.socket))
    forward(request, response, found)
  }

  async #upgrade(id: string, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy())
    const found = await this.#find(id, request)
    if ("refusal" in found) {
      const { status, text, headers = {} } = found.refusal
      const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n${more.join("")}\r\n${text}\n`)
      return
    }
    this.#hold(id, socket)
    socket.once("close", () => this.#release(id, socket))
    forwardUpgrade(request, socket, head, found)
  }

  async #find(id: string, request: IncomingMessage): Promise<{ refusal: CallRefusal } | Passage> {
    const refuse = (status: number, text: string) => ({ refusal: { status, text } })
    // With a whole address frps would go by that one's name instead of the Host header's.
    if (!request.url?.startsWith("/")) return refuse(400, "A tunnel takes requests for a path, without a host in it")
    if (hasPassed(request, "tunnel")) return refuse(508, "This tunnel leads back to the platform itself")
    if ((this.#open.get(id)?.size ?? 0) >= limits.tunnelRequestsAtOnceMax)
      return refuse(503, `More than ${limits.tunnelRequestsAtOnceMax} requests at once go through this tunnel`)
    try {
      const { authorization } = request.headers
      const sandboxes = this.sandboxes()
      const way = { wasPassedOn: hasPassed(request, "worker"), ownPort: this.ownPort(), keepsSandboxes: sandboxes !== null }
      const found = await routeCall(this.services, { id, authorization, ...way })
      if ("refusal" in found) return found
      const host = `${id}.${this.services.config.tunnels.domain}`
      if ("target" in found) {
        const { target, hasPassword } = found
        return { target, host, hidesAuthorization: hasPassword && target.isServer }
      }
      const target = await sandboxes?.connect(found.sandboxId, found.sandboxPort)
      return target ? { target, host, hidesAuthorization: false } : refuse(502, "The sandbox does not run here")
    } catch (error) {
      if (error instanceof Refusal) return refuse(502, error.message)
      this.services.log.warn({ tunnel: id, error: toError(error).message }, "a request for a tunnel could not be decided")
      return refuse(503, "The platform cannot serve tunnels at the moment")
    }
  }

  #hold(id: string, socket: Duplex): void {
    const open = this.#open.get(id) ?? new Set()
    this.#open.set(id, open.add(socket))
    this.#sweeping ??= setInterval(() => void this.#sweep(), sweepMs).unref()
  }

  #release(id: string, socket: Duplex): void {
    const open = this.#open.get(id)
    open?.delete(socket)
    if (open?.size === 0) this.#open.delete(id)
    if (this.#open.size > 0 || !this.#sweeping) return
    clearInterval(this.#sweeping)
    this.#sweeping = null
  }

  /** Cuts off what still goes through tunnels that have ended. */
  async #sweep(): Promise<void> {
    const ended = await findEndedTunnels(this.services, [...this.#open.keys()]).catch(() => [])
    for (const id of ended) for (const socket of this.#open.get(id) ?? []) socket.destroy()
  }
}

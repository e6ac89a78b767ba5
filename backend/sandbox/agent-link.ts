import { once } from "node:events"
import { chmod, rm } from "node:fs/promises"
import { createServer, type Server, type Socket } from "node:net"
import * as z from "zod"
import { Refusal } from "../base/refusal.ts"
import { type Answer, bodyOf, parseAnswer, piecesOf, readAnswer, writePiece } from "./agent-protocol.ts"
import { AgentSession, type SessionRequest } from "./agent-session.ts"

const Connected = z.object({ connected: z.literal(true) })
const Begun = z.object({ begun: z.literal(true) })
const Packing = z.object({ packing: z.literal(true) })
const Packed = z.object({ occupied_bytes: z.int().min(0) })
const DownloadHead = z.object({ size: z.int().min(0) })

const idleMax = 8
const connectionsMax = 64
/** So that commands and files have some of them, too. */
const throughMax = 32
const connectsWithinMs = 20_000

export interface Asking {
  /** Ends the request, and in the sandbox what it began. */
  signal?: AbortSignal
  pieces?: AsyncIterable<Uint8Array>
}

/**
 * The worker's end of a sandbox: a socket on which the agent inside keeps an idle connection for the next request (see
 * runner/src/sandbox/agent). Nothing that comes over it can be trusted: it is whatever runs in the sandbox that speaks.
 */
export class AgentLink {
  #idle: Socket[] = []
  /** Connections with ports inside, and sessions. */
  #through = 0
  #waiting: ((socket: Socket) => void)[] = []

  private constructor(private readonly server: Server) {
    server.maxConnections = connectionsMax
    server.on("connection", (socket) => this.#welcome(socket))
  }

  /** Listens at a path, replacing an earlier worker's socket. */
  static async open(path: string): Promise<AgentLink> {
    await rm(path, { force: true })
    const server = createServer({ allowHalfOpen: true })
    const link = new AgentLink(server)
    server.listen(path)
    await once(server, "listening")
    // Open to all who can enter the folder: the platform, and the sandbox, which runs as another user.
    await chmod(path, 0o666)
    return link
  }

  /** Waits until the agent is there. @throws Refusal when it is not within the time */
  async ready(withinMs = connectsWithinMs): Promise<void> {
    this.#welcome(await this.#connection(withinMs))
  }

  /** Asks for something that is answered in one line. @throws Refusal */
  async ask<T>(request: object, schema: z.ZodType<T>, asking: Asking = {}): Promise<T> {
    const { socket, line } = await this.#begin(request, asking)
    socket.destroy()
    return parseAnswer(line, schema)
  }

  /** Asks for a file. @throws Refusal; its body throws when the file comes to an end too early */
  async download(path: string, asking: Asking = {}): Promise<{ size: number; body: AsyncIterable<Uint8Array> }> {
    const { socket, line, rest } = await this.#begin({ do: "download", path }, asking)
    try {
      const { size } = parseAnswer(line, DownloadHead)
      return { size, body: bodyOf(socket, rest, size) }
    } catch (error) {
      socket.destroy()
      throw error
    }
  }

  /**
   * Asks for the archive of a folder, as the sandbox makes it; other programs in it stand still for a moment meanwhile.
   * @param skip paths below the folder that are left out
   * @returns the archive, and after its end the bytes of its files
   * @throws Refusal; so does the archive, when it comes to no end
   */
  async pack(
    request: { folder: string; skip: string[] },
    asking: Asking = {},
  ): Promise<{ archive: AsyncIterable<Uint8Array>; occupiedBytes: () => number }> {
    const { socket, line, rest } = await this.#begin({ do: "pack", ...request }, asking)
    try {
      parseAnswer(line, Packing)
    } catch (error) {
      socket.destroy()
      throw error
    }
    let occupied = 0
    const archive = piecesOf(socket, rest, (end) => {
      occupied = parseAnswer(end, Packed).occupied_bytes
    })
    return { archive, occupiedBytes: () => occupied }
  }

  /** Connects with a port inside; what comes over the socket is what listens there. @throws Refusal */
  async connect(port: number): Promise<Socket> {
    if (this.#through >= throughMax)
      throw new Refusal("unreachable", `More than ${throughMax} connections at once lead to the sandbox's ports`)
    return this.#keep({ do: "connect", port }, Connected)
  }

  /** Starts a shell, or a command in one, to talk to while it runs. @throws Refusal */
  async session(request: SessionRequest): Promise<AgentSession> {
    if (this.#through >= throughMax) throw new Refusal("unreachable", `More than ${throughMax} connections at once lead into the sandbox`)
    return new AgentSession(await this.#keep({ do: "session", ...request }, Begun))
  }

  /** Asks for something after whose answer both sides go on talking. */
  async #keep(request: object, schema: z.ZodType): Promise<Socket> {
    const { socket, line, rest } = await this.#begin(request, {})
    this.#through++
    socket.once("close", () => this.#through--)
    try {
      parseAnswer(line, schema)
    } catch (error) {
      socket.destroy()
      throw error
    }
    if (rest.length > 0) socket.unshift(rest)
    return socket
  }

  close(): void {
    this.server.close()
    for (const socket of this.#idle) socket.destroy()
  }

  #welcome(socket: Socket): void {
    // A reader of the socket hears of errors as well; this is for sockets that nobody reads.
    socket.on("error", () => {})
    if (socket.destroyed) return
    const waiting = this.#waiting.shift()
    if (waiting) waiting(socket)
    else if (this.#idle.length >= idleMax) socket.destroy()
    else {
      this.#idle.push(socket)
      socket.once("close", () => {
        this.#idle = this.#idle.filter((one) => one !== socket)
      })
    }
  }

  /** Sends a request with what belongs to it, and waits for the first line of the answer. */
  async #begin(request: object, { signal, pieces }: Asking): Promise<Answer> {
    const socket = await this.#connection(connectsWithinMs)
    signal?.addEventListener("abort", () => socket.destroy(), { once: true })
    if (signal?.aborted) socket.destroy()
    // Reads from the beginning: who refuses an upload may close the socket while pieces are still being written.
    const answer = readAnswer(socket)
    answer.catch(() => {})
    socket.write(`${JSON.stringify(request)}\n`)
    try {
      for await (const piece of pieces ?? []) if (!(await writePiece(socket, piece))) break
      if (pieces) await writePiece(socket, new Uint8Array())
    } catch (error) {
      socket.destroy()
      throw error
    }
    return answer
  }

  async #connection(withinMs: number): Promise<Socket> {
    const idle = this.#idle.shift()
    if (idle) return idle
    return new Promise((resolve, reject) => {
      const take = (socket: Socket) => {
        clearTimeout(timer)
        resolve(socket)
      }
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((one) => one !== take)
        reject(new Refusal("unreachable", `The sandbox did not answer within ${withinMs / 1000} s`))
      }, withinMs)
      this.#waiting.push(take)
    })
  }
}

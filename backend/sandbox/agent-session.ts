import type { Socket } from "node:net"

// The worker's side of what runner/src/sandbox/agent/sessions.py describes.

const inward = { input: 0, size: 1, endOfInput: 2, signal: 3 } as const
const outward = ["output", "errors", "exit"] as const

const headBytes = 5
/** What the sandbox may say at once; the agent itself says a quarter of it. */
const frameBytesMax = 1024 * 1024
/** What the agent takes at once. */
const pieceBytes = 256 * 1024

export interface Terminal {
  type: string
  columns: number
  rows: number
}

export interface SessionRequest {
  /** A line for the shell; without one, a shell by itself. */
  command?: string
  terminal?: Terminal
  env?: Record<string, string>
}

/** What a session says; at its end the exit code, or the number of the signal that ended the program. */
export type SessionFrame = { kind: "output" | "errors"; data: Buffer } | { kind: "exit"; code: number | null; signal: number | null }

/** A shell or a command in a sandbox. Closing it hangs up on what runs. */
export class AgentSession {
  constructor(private readonly socket: Socket) {}

  /** Sends input. @returns false when the sandbox takes no more for now; see `drained` */
  write(data: Uint8Array): boolean {
    let isTaken = true
    for (let at = 0; at < data.length; at += pieceBytes) isTaken = this.#send(inward.input, data.subarray(at, at + pieceBytes))
    return isTaken
  }

  /** Calls back once the sandbox takes more input, or is gone. */
  drained(then: () => void): void {
    if (this.socket.destroyed || !this.socket.writableNeedDrain) {
      then()
      return
    }
    const once = () => {
      this.socket.off("drain", once).off("close", once)
      then()
    }
    this.socket.on("drain", once).on("close", once)
  }

  endInput(): void {
    this.#send(inward.endOfInput)
  }

  resize({ columns, rows }: Pick<Terminal, "columns" | "rows">): void {
    const size = Buffer.alloc(4)
    size.writeUInt16BE(clamp(columns))
    size.writeUInt16BE(clamp(rows), 2)
    this.#send(inward.size, size)
  }

  /** @param name without SIG */
  signal(name: string): void {
    this.#send(inward.signal, Buffer.from(name))
  }

  close(): void {
    this.socket.destroy()
  }

  /** What the session says, up to its end. It comes to an end without an exit when the sandbox does. */
  async *frames(): AsyncGenerator<SessionFrame> {
    let pending: Buffer = Buffer.alloc(0)
    try {
      for await (const piece of this.socket as AsyncIterable<Buffer>) {
        pending = pending.length === 0 ? piece : Buffer.concat([pending, piece])
        for (;;) {
          if (pending.length < headBytes) break
          const size = pending.readUInt32BE(1)
          if (size > frameBytesMax) return
          if (pending.length < headBytes + size) break
          const kind = outward[pending[0] as number]
          const data = pending.subarray(headBytes, headBytes + size)
          pending = pending.subarray(headBytes + size)
          if (kind === undefined) return
          if (kind !== "exit") yield { kind, data }
          else return yield readExit(data)
        }
      }
    } catch {
      // The sandbox is gone.
    } finally {
      this.socket.destroy()
    }
  }

  #send(kind: number, data: Uint8Array = Buffer.alloc(0)): boolean {
    if (this.socket.destroyed || !this.socket.writable) return true
    const head = Buffer.alloc(headBytes)
    head.writeUInt8(kind)
    head.writeUInt32BE(data.length, 1)
    return this.socket.write(Buffer.concat([head, data]))
  }
}

export const clamp = (count: number): number => Math.min(Math.max(Math.trunc(count) || 0, 0), 65_535)

function readExit(data: Buffer): SessionFrame {
  let said: { code?: unknown; signal?: unknown } = {}
  try {
    said = JSON.parse(data.toString())
  } catch {
    // Whatever runs in the sandbox speaks here.
  }
  const numberOf = (value: unknown) => (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 256 ? value : null)
  const [code, signal] = [numberOf(said.code), numberOf(said.signal)]
  return { kind: "exit", code: code === null && signal === null ? 255 : code, signal }
}

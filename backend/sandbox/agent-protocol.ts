import type { Socket } from "node:net"
import * as z from "zod"
import { Refusal } from "../base/refusal.ts"

// The worker's side of what runner/src/sandbox/agent/protocol.py describes.

const Refused = z.object({ refused: z.object({ kind: z.enum(["invalid", "not_found", "too_large", "timeout"]), message: z.string() }) })

/** A command's whole output fits, also where JSON escapes every character. */
const lineBytesMax = 128 * 1024 * 1024
/** What all sandboxes together may have sent of unfinished answers: they must not use up this process's memory. */
const pendingBytesMax = 512 * 1024 * 1024

const gone = () => new Refusal("unreachable", "The sandbox ended before it had answered")

/** Sends a piece of an upload, preceded by its length; false when the other side takes no more. */
export async function writePiece(socket: Socket, piece: Uint8Array): Promise<boolean> {
  if (socket.destroyed) return false
  const head = Buffer.alloc(4)
  head.writeUInt32BE(piece.length)
  if (socket.write(Buffer.concat([head, piece]))) return true
  await new Promise<void>((resolve) => {
    const resume = () => {
      socket.off("drain", resume).off("close", resume)
      resolve()
    }
    socket.on("drain", resume).on("close", resume)
  })
  return !socket.destroyed
}

let pendingBytes = 0

export interface Answer {
  socket: Socket
  line: Buffer
  /** What arrived after the line; more can be read from the socket. */
  rest: Buffer
}

/** The first line of what a sandbox sends. */
export function readAnswer(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let bytes = 0
    const done = (settle: () => void) => {
      socket.off("data", take).off("end", fail).off("close", fail)
      socket.pause()
      pendingBytes -= bytes
      settle()
    }
    const fail = () => {
      done(() => reject(gone()))
      socket.destroy()
    }
    const take = (data: Buffer) => {
      const end = data.indexOf(10)
      parts.push(end < 0 ? data : data.subarray(0, end))
      bytes += data.length
      pendingBytes += data.length
      if (end >= 0) done(() => resolve({ socket, line: Buffer.concat(parts), rest: data.subarray(end + 1) }))
      else if (bytes > lineBytesMax || pendingBytes > pendingBytesMax) fail()
    }
    if (socket.destroyed) return fail()
    socket.on("data", take).once("end", fail).once("close", fail)
    socket.resume()
  })
}

/** The answer in a line of JSON. @throws Refusal for a refusal, and for anything unexpected */
export function parseAnswer<T>(line: Buffer, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(line.toString("utf8"))
  } catch {
    throw new Refusal("unreachable", "The sandbox answered with something that is not JSON")
  }
  const refused = Refused.safeParse(value)
  if (refused.success) throw new Refusal(refused.data.refused.kind, refused.data.refused.message)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Refusal("unreachable", "The sandbox answered with something unexpected")
}

/** The bytes of a download that follow its first line. Throws when there are fewer than the size says. */
export async function* bodyOf(socket: Socket, first: Buffer, size: number): AsyncIterable<Uint8Array> {
  let left = size
  try {
    if (left > 0 && first.length > 0) {
      yield first.subarray(0, left)
      left -= Math.min(left, first.length)
    }
    if (left === 0) return
    for await (const data of socket as AsyncIterable<Buffer>) {
      yield data.subarray(0, left)
      left -= Math.min(left, data.length)
      if (left === 0) return
    }
    throw gone()
  } finally {
    socket.destroy()
  }
}

const lastLineBytesMax = 64 * 1024

/**
 * The pieces that follow a first line, each preceded by its length, up to an empty one; the line after that goes to `onEnd`. What comes is handed on
 * as it comes, whatever length it claims to have. Throws when the end does not come.
 */
export async function* piecesOf(socket: Socket, first: Buffer, onEnd: (line: Buffer) => void): AsyncGenerator<Uint8Array> {
  let head: Buffer = Buffer.alloc(0)
  let left = 0
  let last: Buffer | null = null
  try {
    for await (const data of arriving(socket, first)) {
      let rest = data
      while (rest.length > 0) {
        if (last) {
          last = Buffer.concat([last, rest])
          rest = Buffer.alloc(0)
          const end = last.indexOf(10)
          if (end >= 0) return onEnd(last.subarray(0, end))
          if (last.length > lastLineBytesMax) throw gone()
        } else if (left > 0) {
          const piece = rest.subarray(0, left)
          left -= piece.length
          rest = rest.subarray(piece.length)
          yield piece
        } else {
          const missing = 4 - head.length
          head = Buffer.concat([head, rest.subarray(0, missing)])
          rest = rest.subarray(missing)
          if (head.length < 4) continue
          left = head.readUInt32BE(0)
          head = Buffer.alloc(0)
          if (left === 0) last = Buffer.alloc(0)
        }
      }
    }
    throw gone()
  } finally {
    socket.destroy()
  }
}

async function* arriving(socket: Socket, first: Buffer): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  try {
    yield* socket as AsyncIterable<Buffer>
  } catch {
    throw gone()
  }
}

import { createHash } from "node:crypto"
import type { FileHandle } from "node:fs/promises"
import { linesOf } from "./lines.ts"
import { openScratchFile } from "./scratch-file.ts"

/** What came is larger than it may be. */
export class SpoolLimitError extends Error {
  constructor(readonly limit: "bytes" | "line" | "lines") {
    super(`The content is beyond its limit of ${limit}`)
  }
}

/** Content that was put aside on the disk, to be read line by line. */
export interface Spooled {
  sha256: string
  bytes: number
  /** The lines without their ends, blank ones left out, with their numbers from 1. */
  lines: () => AsyncGenerator<{ line: Uint8Array; number: number }>
  close: () => Promise<void>
}

const newline = 0x0a
const chunkBytes = 1024 * 1024

/**
 * Writes content to a scratch file.
 * @throws SpoolLimitError as soon as a limit is passed
 */
export async function spool(
  folder: string,
  content: AsyncIterable<Uint8Array>,
  limits: { bytesMax: number; lineBytesMax: number; linesMax: number },
): Promise<Spooled> {
  const file = await openScratchFile(folder)
  try {
    const hash = createHash("sha256")
    let bytes = 0
    let lines = 0
    let lineBytes = 0
    for await (const piece of content) {
      bytes += piece.length
      if (bytes > limits.bytesMax) throw new SpoolLimitError("bytes")
      for (let at = 0; at < piece.length; ) {
        const end = piece.indexOf(newline, at)
        lineBytes += (end < 0 ? piece.length : end) - at
        if (lineBytes > limits.lineBytesMax) throw new SpoolLimitError("line")
        if (end < 0) break
        if (lineBytes > 0 && ++lines > limits.linesMax) throw new SpoolLimitError("lines")
        lineBytes = 0
        at = end + 1
      }
      hash.update(piece)
      await file.write(piece)
    }
    if (lineBytes > 0 && ++lines > limits.linesMax) throw new SpoolLimitError("lines")
    return { sha256: hash.digest("hex"), bytes, lines: () => linesOf(chunksOf(file, bytes)), close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function* chunksOf(file: FileHandle, bytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes; ) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, bytes - from))
    const { bytesRead } = await file.read(chunk, 0, chunk.length, from)
    if (bytesRead === 0) return
    from += bytesRead
    yield chunk.subarray(0, bytesRead)
  }
}

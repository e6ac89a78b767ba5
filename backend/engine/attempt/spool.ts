import { constants } from "node:fs"
import { open } from "node:fs/promises"

const bytesAtOnceDefault = 4 * 1024 * 1024
const lineBytesMax = 16 * 1024 * 1024

export interface SpoolPart {
  lines: string[]
  /** The offset to continue from; commit it together with the results of the lines. */
  offset: number
  /** A line was longer than 16 MiB and was left out. */
  oversized: boolean
}

/**
 * Reads whole lines of a growing file from a byte offset: about `bytesAtOnce`, more when one line is longer.
 * A last line without its newline is left for the next time. A file that is not there yet has no lines, and neither has what is no
 * file: the environment may put a link or a pipe in its place, and what that leads to is not ours to read.
 */
export async function readSpool(name: string, offset: number, bytesAtOnce = bytesAtOnceDefault): Promise<SpoolPart> {
  const nothing = { lines: [], offset, oversized: false }
  const handle = await open(name, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ELOOP" || error.code === "ENXIO") return null
      throw error
    },
  )
  if (!handle) return nothing
  try {
    const file = await handle.stat()
    const there = file.size - offset
    // Looked at many times a second for as long as the process lives, and mostly for nothing.
    if (!file.isFile() || there <= 0) return nothing
    for (let size = bytesAtOnce; ; size *= 2) {
      const buffer = Buffer.allocUnsafe(Math.min(size, there))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      const end = bytesRead > 0 ? buffer.lastIndexOf(10, bytesRead - 1) : -1
      if (end >= 0) return { lines: buffer.toString("utf8", 0, end).split("\n"), offset: offset + end + 1, oversized: false }
      if (bytesRead < size) return nothing
      if (size >= lineBytesMax) return { lines: [], offset: offset + bytesRead, oversized: true }
    }
  } finally {
    await handle.close()
  }
}

import { constants } from "node:fs"
import { open } from "node:fs/promises"
import path from "node:path"
import { workFiles } from "../../sandbox/executor.ts"
import type { Db } from "../../store/db.ts"
import type { SpoolStream } from "../../store/remote/remote-spool.ts"

/** Small enough for one piece to be stored while the next one is read, and large enough for a commit to cost little beside it. */
export const bytesAtOnceDefault = 2 * 1024 * 1024
const lineBytesMax = 16 * 1024 * 1024

export interface SpoolPart {
  lines: string[]
  /** The offset to continue from; commit it together with the results of the lines. */
  offset: number
  /** A line was longer than 16 MiB and was left out. */
  oversized: boolean
}

/** How far the streams of an attempt have been read, in bytes. */
export type Offsets = Record<SpoolStream, number>

/** What an attempt wrote, read by byte offset, wherever it is kept. The offsets are the reader's to keep, with what it made of the lines. */
export interface Spool {
  /**
   * Reads whole lines from an offset: about `bytesAtOnce`, more when one line is longer. A last line without its newline is left for the next
   * time. Where nothing is there (yet), there are no lines.
   */
  read: (stream: SpoolStream, offset: number, bytesAtOnce?: number) => Promise<SpoolPart>
  /** Lets go of what lies before the offsets, in the transaction that stores them: it is not read again. */
  forget: (tx: Db, offsets: Offsets) => Promise<void>
}

/** The spool of an attempt on this machine: the files of its work dir, which go with the folder. */
export const fileSpool = (workDir: string): Spool => ({
  read: (stream, offset, bytesAtOnce) => readSpool(path.join(workDir, workFiles[stream]), offset, bytesAtOnce),
  forget: async () => {},
})

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

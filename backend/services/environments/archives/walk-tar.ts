import type { Readable } from "node:stream"
import { createGunzip } from "node:zlib"
import { extract } from "tar-stream"
import { ServiceError } from "../../../base/errors.ts"
import { entriesMax, refuse, safePath, unpackedBytesMax } from "./bounds.ts"

export interface ArchiveEntry {
  path: string
  isDirectory: boolean
  size: number
  modifiedAt: Date | null
}

/**
 * Walks through a gzipped tar file. `visit` may read the entry's stream; what it leaves is skipped.
 * @throws ServiceError for anything that is no such file, holds links or climbing paths, or unpacks to too much, and for one that is
 *   not stored any more; other errors of the storage as they are
 */
export async function walkTar(
  source: Readable,
  visit: (entry: ArchiveEntry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const tar = extract()
  const gunzip = createGunzip()
  const failed = (error: Error) =>
    tar.destroy(error instanceof ServiceError ? error : refuse(`The source archive is not a gzipped tar file: ${error.message}`))
  let unread: Error | null = null
  source.on("error", (error) => {
    unread = error
    tar.destroy(error)
  })
  source.pipe(gunzip).on("error", failed).pipe(tar)
  let entries = 0
  let bytes = 0
  try {
    for await (const entry of tar) {
      const { name, type, size = 0, mtime } = entry.header
      if (type && type !== "file" && type !== "directory" && type !== "contiguous-file")
        throw refuse(`The archive holds ${JSON.stringify(name.slice(0, 200))}, a ${type}: only files and folders are allowed`)
      bytes += size
      if (++entries > entriesMax || bytes > unpackedBytesMax)
        throw refuse(`The source archive is too large: at most ${entriesMax} files and ${unpackedBytesMax / 1024 ** 3} GiB unpacked`)
      const path = safePath(name)
      if (path !== "")
        await visit({ path, isDirectory: type === "directory", size, modifiedAt: mtime ?? null }, entry as unknown as AsyncIterable<Buffer>)
      entry.resume()
    }
  } catch (error) {
    if (unread) throw isMissing(unread) ? new ServiceError("not_found", "The source archive is not stored any more") : unread
    throw error instanceof ServiceError
      ? error
      : refuse(`The source archive could not be read: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

const isMissing = ({ name, code }: NodeJS.ErrnoException): boolean => code === "ENOENT" || name === "NoSuchKey"

/** At most `max` bytes of a stream. */
export async function readBytes(stream: AsyncIterable<Buffer>, max: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    if (size < max) chunks.push(chunk.subarray(0, max - size))
    size += chunk.length
  }
  return Buffer.concat(chunks)
}

import { once } from "node:events"
import type { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import { promisify } from "node:util"
import { type Entry, fromFd, type ZipFile } from "yauzl"
import { limits, parseLenient } from "../../../../contract/index.ts"
import { invalid, ServiceError, toError } from "../../../base/errors.ts"
import { cleanJson } from "../../../base/json.ts"
import { LineLimitError, linesOf } from "../../../base/lines.ts"
import { unzstd } from "../../../base/unzstd.ts"

const zstandard = 93
const entriesMax = 2_000_000

/** The files of a zip archive on this machine's disk. */
export interface Archive {
  /** By name. */
  entries: ReadonlyMap<string, Entry>
  /** The bytes of a file as they are unpacked. @throws ServiceError for a file that is not whole */
  read: (name: string) => AsyncGenerator<Uint8Array>
  /** A file's JSON, and only of files that are small enough to be held. @throws ServiceError for any other */
  readJson: (name: string) => Promise<unknown>
}

/** What an archive holds cannot be read. */
export const unreadable = (message: string) => invalid([], message)

/** JSON as Python may have written it, fit to be stored. @throws ServiceError with where it is */
export const storableJson = (json: Uint8Array, where: string): unknown => cleanJson(parsedJson(json, where))

/** The same, as it is: for reading only. */
export function parsedJson(json: Uint8Array, where: string): unknown {
  try {
    return parseLenient(Buffer.from(json).toString("utf8")).value
  } catch {
    throw unreadable(`${where} is not JSON`)
  }
}

/**
 * @param fd of the open file; the caller closes it
 * @throws ServiceError for what is no zip archive
 */
export async function openZip(fd: number): Promise<Archive> {
  const zip = await promisify(fromFd as (fd: number, options: object, done: (error: Error | null, zip: ZipFile) => void) => void)(fd, {
    lazyEntries: true,
    autoClose: false,
    strictFileNames: true,
    validateEntrySizes: true,
  }).catch((error: Error) => {
    throw unreadable(`The file is no zip archive: ${error.message}`)
  })
  const entries = await listEntries(zip).catch((error: Error) => {
    throw unreadable(`The archive cannot be read: ${error.message}`)
  })
  const entry = (name: string): Entry => {
    const found = entries.get(name)
    if (!found) throw unreadable(`The archive has no ${name}`)
    return found
  }
  async function* read(name: string): AsyncGenerator<Uint8Array> {
    const found = entry(name)
    const isZstandard = found.compressionMethod === zstandard
    try {
      const packed = await openEntry(zip, found, isZstandard ? { decodeFileData: false } : {})
      let bytes = 0
      for await (const piece of isZstandard ? unzstd(packed) : (packed as AsyncIterable<Uint8Array>)) {
        bytes += piece.length
        if (bytes > found.uncompressedSize) throw new Error("it is larger than the archive says")
        yield piece
      }
      if (bytes < found.uncompressedSize) throw new Error("it ends too early")
    } catch (error) {
      throw unreadable(`${name} cannot be unpacked: ${toError(error).message}`)
    }
  }
  return {
    entries,
    read,
    readJson: async (name) => {
      const { uncompressedSize: size } = entry(name)
      if (size > limits.sampleBatchBytesMax)
        throw new ServiceError(
          "too_large",
          `${name} has ${Math.round(size / 1024 ** 2)} MiB; a sample may have at most ${limits.sampleBatchBytesMax / 1024 ** 2} MiB here`,
        )
      return storableJson(await buffer(read(name)), name)
    },
  }
}

/**
 * The lines of a file.
 * @throws ServiceError for one that is longer than it may be: a sample, or with `traces.jsonl` an episode
 */
export async function* archiveLines(archive: Archive, name: string): AsyncGenerator<{ line: Uint8Array; number: number }> {
  const bytesMax = name.endsWith("traces.jsonl") ? limits.traceLineBytesMax : limits.sampleBatchBytesMax
  try {
    yield* linesOf(archive.read(name), bytesMax)
  } catch (error) {
    if (!(error instanceof LineLimitError)) throw error
    throw new ServiceError(
      "too_large",
      `Line ${error.number} of ${name} is longer than the ${bytesMax / 1024 ** 2} MiB that it may have here`,
    )
  }
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  zip.on("entry", (entry: Entry) => {
    // The last of a name counts, as for every reader of logs that were written twice.
    entries.set(entry.fileName, entry)
    if (entries.size > entriesMax) zip.emit("error", new Error(`it holds more than ${entriesMax} files`))
    else zip.readEntry()
  })
  const ended = once(zip, "end")
  zip.readEntry()
  await ended
  return entries
}

const openEntry = (zip: ZipFile, entry: Entry, options: object): Promise<Readable> =>
  promisify(
    zip.openReadStream.bind(zip) as unknown as (
      entry: Entry,
      options: object,
      done: (error: Error | null, stream: Readable) => void,
    ) => void,
  )(entry, options)

import { createReadStream } from "node:fs"
import type { Readable } from "node:stream"
import { createGunzip } from "node:zlib"
import { parse as parseToml } from "smol-toml"
import { extract } from "tar-stream"
import { open, type ZipFile } from "yauzl"
import { ServiceError } from "../../base/errors.ts"
import { cleanText } from "../../base/json.ts"

// An archive is a stranger's: nothing of it is written to disk here, and everything read from it is bounded.
const entriesMax = 20_000
const unpackedBytesMax = 2 * 1024 ** 3
const textBytesMax = 1024 ** 2

export interface ArchiveEntry {
  path: string
  isDirectory: boolean
  size: number
  modifiedAt: Date | null
}

const refuse = (sentence: string) => new ServiceError("invalid", sentence)

/** A path inside an archive as `a/b`; @throws ServiceError when it would lead out of the folder it is unpacked into */
function safePath(name: string): string {
  const parts = name
    .replace(/\/+$/, "")
    .split("/")
    .filter((part) => part !== "" && part !== ".")
  if (name.startsWith("/") || name.includes("\\") || name.includes("\0") || parts.includes("..") || /^[A-Za-z]:/.test(name))
    throw refuse(`The archive holds the path ${JSON.stringify(name.slice(0, 200))}, which leads out of it`)
  return parts.join("/")
}

/**
 * Walks through a gzipped tar file. `visit` may read the entry's stream; what it leaves is skipped.
 * @throws ServiceError for anything that is no such file, holds links or climbing paths, or unpacks to too much
 */
async function walkTar(source: Readable, visit: (entry: ArchiveEntry, content: AsyncIterable<Buffer>) => Promise<void>): Promise<void> {
  const tar = extract()
  const gunzip = createGunzip()
  const failed = (error: Error) =>
    tar.destroy(error instanceof ServiceError ? error : refuse(`The source archive is not a gzipped tar file: ${error.message}`))
  source.on("error", failed).pipe(gunzip).on("error", failed).pipe(tar)
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
    throw error instanceof ServiceError
      ? error
      : refuse(`The source archive could not be read: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** At most `max` bytes of a stream. */
async function readBytes(stream: AsyncIterable<Buffer>, max: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    if (size < max) chunks.push(chunk.subarray(0, max - size))
    size += chunk.length
  }
  return Buffer.concat(chunks)
}

/** README and evaluation defaults of a source archive, which is checked from end to end on the way. */
export async function readSourceArchive(file: string): Promise<{
  readme: string | null
  evalDefaults: { num_examples: number | null; rollouts_per_example: number | null }
}> {
  let readme: string | null = null
  let project = ""
  await walkTar(createReadStream(file), async (entry, content) => {
    if (/^readme\.md$/i.test(entry.path)) readme = cleanText((await readBytes(content, textBytesMax)).toString("utf8"))
    if (entry.path === "pyproject.toml") project = (await readBytes(content, textBytesMax)).toString("utf8")
  })
  return { readme, evalDefaults: evalDefaults(project) }
}

/** `[tool.verifiers.eval]` of a pyproject.toml. A file that is not TOML has no defaults; the build would have failed on it anyway. */
function evalDefaults(project: string): { num_examples: number | null; rollouts_per_example: number | null } {
  let parsed: unknown = {}
  try {
    parsed = parseToml(project)
  } catch {}
  const table = (parsed as { tool?: { verifiers?: { eval?: Record<string, unknown> } } }).tool?.verifiers?.eval ?? {}
  const whole = (value: unknown) => (typeof value === "number" && Number.isSafeInteger(value) ? value : null)
  return { num_examples: whole(table.num_examples), rollouts_per_example: whole(table.rollouts_per_example) }
}

/** A folder of a source archive: what stands directly in it, folders first. Null when there is no such folder. */
export async function listArchiveFolder(source: Readable, folder: string): Promise<ArchiveEntry[] | null> {
  const prefix = folder === "" ? "" : `${folder}/`
  const found = new Map<string, ArchiveEntry>()
  let exists = folder === ""
  await walkTar(source, async (entry) => {
    if (entry.path === folder && entry.isDirectory) exists = true
    if (!entry.path.startsWith(prefix)) return
    exists = true
    const [name = "", ...below] = entry.path.slice(prefix.length).split("/")
    if (name === "") return
    const path = `${prefix}${name}`
    if (below.length === 0) found.set(path, entry)
    else if (!found.has(path)) found.set(path, { path, isDirectory: true, size: 0, modifiedAt: null })
  })
  if (!exists) return null
  return [...found.values()].sort((a, b) => Number(b.isDirectory) - Number(a.isDirectory) || (a.path < b.path ? -1 : 1))
}

/** The first `maxBytes` of a file in a source archive; null when there is no such file. */
export async function readArchiveFile(
  source: Readable,
  path: string,
  maxBytes: number,
): Promise<{ entry: ArchiveEntry; content: Buffer } | null> {
  let found: { entry: ArchiveEntry; content: Buffer } | null = null
  await walkTar(source, async (entry, content) => {
    if (entry.path === path && !entry.isDirectory && !found) found = { entry, content: await readBytes(content, maxBytes) }
  })
  return found
}

/** Checks that a file is a wheel: a zip archive with the package's METADATA and no climbing paths. */
export async function readWheel(file: string): Promise<void> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    open(file, { lazyEntries: true, autoClose: true, strictFileNames: true, validateEntrySizes: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    ),
  ).catch((error: Error) => {
    throw refuse(`The wheel is not a zip archive: ${error.message}`)
  })
  await new Promise<void>((resolve, reject) => {
    let entries = 0
    let bytes = 0
    let hasMetadata = false
    const stop = (error: Error) => {
      zip.close()
      reject(error instanceof ServiceError ? error : refuse(`The wheel could not be read: ${error.message}`))
    }
    zip.on("error", stop)
    zip.on("entry", (entry) => {
      try {
        const path = safePath(entry.fileName)
        bytes += entry.uncompressedSize
        if (++entries > entriesMax || bytes > unpackedBytesMax)
          throw refuse(`The wheel is too large: at most ${entriesMax} files and ${unpackedBytesMax / 1024 ** 3} GiB unpacked`)
        if (/^[^/]+\.dist-info\/METADATA$/.test(path)) hasMetadata = true
        zip.readEntry()
      } catch (error) {
        stop(error as Error)
      }
    })
    zip.on("end", () =>
      hasMetadata ? resolve() : reject(refuse("The wheel holds no *.dist-info/METADATA, so it is not a Python package")),
    )
    zip.readEntry()
  })
}

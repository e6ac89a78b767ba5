import { on } from "node:events"
import { open, writeFile } from "node:fs/promises"
import path from "node:path"
import type { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { promisify } from "node:util"
import { createGzip } from "node:zlib"
import { type Pack, pack } from "tar-stream"
import { type Entry, fromBuffer, type ZipFile } from "yauzl"
import { zipStream } from "../base/zip.ts"
import { openZip } from "../services/evaluations/imports/open-zip.ts"
import type { TestPlatform } from "./test-platform.ts"

/** A gzipped tar file, as a source archive is one. `also` may add entries that are no files. */
export async function tarOf(files: Record<string, string>, also: (tar: Pack) => void = () => {}): Promise<Buffer> {
  const tar = pack()
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text)
  also(tar)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar.pipe(createGzip())) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A zip file of empty files, as a wheel is one. `size` is what each of them claims to unpack to. */
export function zipOf(names: string[], size = 0): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const name of names) {
    const bytes = Buffer.from(name)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50, 0)
    header.writeUInt16LE(bytes.length, 26)
    local.push(header, bytes)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    // Deflated, so that the two sizes may differ.
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(size, 24)
    entry.writeUInt16LE(bytes.length, 28)
    entry.writeUInt32LE(offset, 42)
    central.push(entry, bytes)
    offset += header.length + bytes.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(names.length, 8)
  end.writeUInt16LE(names.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

/** The files of a zip archive as text, by name. */
export async function unzipped(archive: Uint8Array): Promise<Record<string, string>> {
  const zip = await promisify(fromBuffer as (bytes: Buffer, options: object, done: (error: Error | null, zip: ZipFile) => void) => void)(
    Buffer.from(archive),
    { lazyEntries: true },
  )
  const files: Record<string, string> = {}
  zip.readEntry()
  for await (const [entry] of on(zip, "entry", { close: ["end"] })) {
    const stream = await promisify(
      zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void,
    )(entry)
    files[entry.fileName] = await text(stream)
    zip.readEntry()
  }
  return files
}

/** A zip archive of texts by name, packed. */
export async function zipped(files: Record<string, string>): Promise<Buffer> {
  const content = async function* (text: string) {
    yield text
  }
  const pieces: Uint8Array[] = []
  for await (const piece of zipStream(Object.entries(files).map(([name, text]) => ({ name, content: content(text) })))) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** How tests import runs as archives, and have them back. */
export function runArchives(platform: () => TestPlatform) {
  const ask = async (address: string, init?: RequestInit) =>
    platform().fetch(new Request(`http://platform.test/api/v1${address}`, init), { userId: await platform().ownerId() })
  return {
    /** @param query such as `?name=mine` */
    async send(archive: Uint8Array, query = "") {
      const response = await ask(`/evaluations/import${query}`, { method: "POST", body: new Uint8Array(archive) })
      return { status: response.status, body: await response.json() }
    },
    async exported(id: string, file: string): Promise<Uint8Array> {
      return new Uint8Array(await (await ask(`/evaluations/${id}/export/${file}`)).arrayBuffer())
    },
    /** The files of an archive as the platform reads them. */
    async filesOf(archive: Uint8Array): Promise<Record<string, string>> {
      const name = path.join(platform().config.dataDir, "archive.zip")
      await writeFile(name, archive)
      const file = await open(name)
      const { entries, read } = await openZip(file.fd)
      const files: Record<string, string> = {}
      for (const entry of entries.keys()) files[entry] = await text(read(entry))
      await file.close()
      return files
    },
  }
}

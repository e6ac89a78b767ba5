import { on } from "node:events"
import type { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { promisify } from "node:util"
import { createGzip } from "node:zlib"
import { type Pack, pack } from "tar-stream"
import { type Entry, fromBuffer, type ZipFile } from "yauzl"
import { zipStream } from "../base/zip.ts"

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

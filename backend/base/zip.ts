import { Readable } from "node:stream"
import { crc32, createDeflateRaw, deflateRawSync } from "node:zlib"

/** One file of an archive, whose content is made while it is read. Text is UTF-8. */
export interface ZipEntry {
  name: string
  content: AsyncIterable<string | Uint8Array>
}

/** What a field of four (or two) bytes holds when the number is in the Zip64 field instead. */
const max32 = 0xffffffff
const max16 = 0xffff
/** 1980-01-01: an archive of the same content has the same bytes. */
const date = 0x21
const deflated = 8
/** Sizes follow the content, and names are UTF-8. */
const flags = 0x0808
const version = 45

interface Written {
  name: Buffer
  crc: number
  packed: number
  size: number
  offset: number
}

/**
 * A zip archive as a stream: nothing but the list of its files is held in memory, and none of them has a limit. Readers find sizes in
 * the directory at the end, as zip readers do.
 */
export async function* zipStream(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const written: Written[] = []
  let offset = 0
  for await (const { name, content } of entries) {
    const entry: Written = { name: Buffer.from(name), crc: 0, packed: 0, size: 0, offset }
    const head = localHeader(entry)
    yield head
    for await (const piece of pack(content, entry)) yield piece
    const tail = descriptor(entry)
    yield tail
    offset += head.length + entry.packed + tail.length
    written.push(entry)
  }
  const directory = Buffer.concat(written.map(centralHeader))
  yield directory
  yield ending(written.length, directory.length, offset)
}

/** Content up to this size is deflated at once: a stream for each of many small files would take much longer. */
const smallBytes = 64 * 1024

/** No content, deflated. */
const nothing = deflateRawSync(Buffer.alloc(0))

/** The content deflated; counts what went in and what came out. */
async function* pack(content: ZipEntry["content"], entry: Written): AsyncGenerator<Uint8Array> {
  for await (const piece of deflate(counted(content, entry))) {
    entry.packed += piece.length
    yield piece
  }
}

async function* counted(content: ZipEntry["content"], entry: Written): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    const bytes = Buffer.from(piece as Uint8Array)
    entry.crc = crc32(bytes, entry.crc)
    entry.size += bytes.length
    yield bytes
  }
}

async function* deflate(content: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const begun: Buffer[] = []
  for (let bytes = 0; bytes <= smallBytes; ) {
    const { value, done } = await content.next()
    if (done) return yield begun.length === 0 ? nothing : deflateRawSync(Buffer.concat(begun))
    begun.push(value)
    bytes += value.length
  }
  const all = async function* () {
    yield* begun.splice(0)
    yield* content
  }
  const source = Readable.from(all(), { objectMode: false })
  const packed = createDeflateRaw()
  source.on("error", (error) => packed.destroy(error))
  yield* source.pipe(packed) as AsyncIterable<Buffer>
}

function localHeader({ name }: Written): Buffer {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(version, 4)
  head.writeUInt16LE(flags, 6)
  head.writeUInt16LE(deflated, 8)
  head.writeUInt16LE(date, 12)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, name])
}

function descriptor({ crc, packed, size }: Written): Buffer {
  const isLong = packed >= max32 || size >= max32
  const tail = Buffer.alloc(isLong ? 24 : 16)
  tail.writeUInt32LE(0x08074b50, 0)
  tail.writeUInt32LE(crc, 4)
  if (isLong) {
    tail.writeBigUInt64LE(BigInt(packed), 8)
    tail.writeBigUInt64LE(BigInt(size), 16)
  } else {
    tail.writeUInt32LE(packed, 8)
    tail.writeUInt32LE(size, 12)
  }
  return tail
}

function centralHeader({ name, crc, packed, size, offset }: Written): Buffer {
  const isLong = [packed, size, offset].some((number) => number >= max32)
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(version, 4)
  head.writeUInt16LE(version, 6)
  head.writeUInt16LE(flags, 8)
  head.writeUInt16LE(deflated, 10)
  head.writeUInt16LE(date, 14)
  head.writeUInt32LE(crc, 16)
  head.writeUInt32LE(isLong ? max32 : packed, 20)
  head.writeUInt32LE(isLong ? max32 : size, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt16LE(isLong ? 28 : 0, 30)
  head.writeUInt32LE(isLong ? max32 : offset, 42)
  if (!isLong) return Buffer.concat([head, name])
  const long = Buffer.alloc(28)
  long.writeUInt16LE(1, 0)
  long.writeUInt16LE(24, 2)
  for (const [i, number] of [size, packed, offset].entries()) long.writeBigUInt64LE(BigInt(number), 4 + i * 8)
  return Buffer.concat([head, name, long])
}

/** Where the directory is; twice where its numbers are too large for the first form. */
function ending(count: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, max16), 8)
  end.writeUInt16LE(Math.min(count, max16), 10)
  end.writeUInt32LE(Math.min(length, max32), 12)
  end.writeUInt32LE(Math.min(offset, max32), 16)
  if (count < max16 && length < max32 && offset < max32) return end
  const long = Buffer.alloc(56 + 20)
  long.writeUInt32LE(0x06064b50, 0)
  long.writeBigUInt64LE(44n, 4)
  long.writeUInt16LE(version, 12)
  long.writeUInt16LE(version, 14)
  for (const [i, number] of [count, count, length, offset].entries()) long.writeBigUInt64LE(BigInt(number), 24 + i * 8)
  long.writeUInt32LE(0x07064b50, 56)
  long.writeBigUInt64LE(BigInt(offset + length), 64)
  long.writeUInt32LE(1, 72)
  return Buffer.concat([long, end])
}

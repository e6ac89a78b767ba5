/** A file of a project or a package, by its path with forward slashes. */
export interface PackedFile {
  path: string
  bytes: Uint8Array<ArrayBuffer>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text) as Uint8Array<ArrayBuffer>
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes)

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

/** CRC-32 as zip archives have it (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 0xff] as number) ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

/** Little-endian numbers, each with its width in bytes. */
function numbers(...fields: readonly (readonly [width: 2 | 4, value: number])[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [width]) => sum + width, 0)))
  let at = 0
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += width
  }
  return new Uint8Array(view.buffer)
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const utf8Flag = 0x0800
/** 1 January 1980, the first day a zip archive knows: the same files make the same bytes. */
const firstDay = 0x21

/** Files as a zip archive, not compressed. */
export function writeZip(files: readonly PackedFile[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const { path, bytes } of files) {
    const name = bytesOf(path)
    const shared = [
      [2, 20],
      [2, utf8Flag],
      [2, 0],
      [2, 0],
      [2, firstDay],
      [4, crc32(bytes)],
      [4, bytes.length],
      [4, bytes.length],
      [2, name.length],
      [2, 0],
    ] as const
    const local = joined([numbers([4, 0x04034b50], ...shared), name])
    directory.push(
      // 0o100644: an ordinary file that its owner may write.
      joined([numbers([4, 0x02014b50], [2, 0x0314], ...shared, [2, 0], [2, 0], [2, 0], [4, (0o100644 << 16) >>> 0], [4, offset]), name]),
    )
    parts.push(local, bytes)
    offset += local.length + bytes.length
  }
  const index = joined(directory)
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, index.length], [4, offset], [2, 0])
  return joined([...parts, index, end])
}

/** What of an archive is read at most, once unpacked. */
export const unpackedBytesMax = 64 * 1024 ** 2

/**
 * The files of a zip archive.
 * @throws Error in a sentence for what is no zip archive, or is one that cannot be read here
 */
export async function readZip(archive: Uint8Array<ArrayBuffer>): Promise<PackedFile[]> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  let end = archive.length - 22
  // A comment of up to 64 KB may follow.
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50 && archive.length - end < 66_000) end--
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw new Error("It is not a zip archive, or was cut off.")
  const files: PackedFile[] = []
  let at = view.getUint32(end + 16, true)
  let unpacked = 0
  try {
    for (let count = view.getUint16(end + 10, true); count > 0; count--) {
      if (view.getUint32(at, true) !== 0x02014b50) throw new Error("Its list of files is damaged.")
      const [method, packed, size] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true)]
      const [nameLength, more, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [number, number, number]
      const local = view.getUint32(at + 42, true)
      const path = textOf(archive.subarray(at + 46, at + 46 + nameLength))
      at += 46 + nameLength + more + comment
      if (path.endsWith("/")) continue
      if (packed === 0xffffffff || (method !== 0 && method !== 8)) throw new Error(`It holds ${path} in a form that is not read here.`)
      unpacked += size
      if (unpacked > unpackedBytesMax) throw new Error(`It is larger than ${unpackedBytesMax / 1024 ** 2} MB once unpacked.`)
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
      const stored = archive.slice(start, start + packed)
      files.push({ path, bytes: method === 0 ? stored : await inflated(stored, size, path) })
    }
  } catch (error) {
    throw error instanceof RangeError ? new Error("It is damaged, or was cut off.") : error
  }
  return files
}

/** @param size what the archive says it unpacks to: more is not read */
async function inflated(packed: Uint8Array<ArrayBuffer>, size: number, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Error(`Its file ${path} is damaged.`)
    })
    if (done) break
    length += value.length
    if (length > size) throw new Error(`Its file ${path} is larger than the archive says.`)
    parts.push(value)
  }
  return joined(parts)
}

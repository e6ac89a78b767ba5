import { bytesOf, joined, type PackedFile } from "./zip.ts"

const block = 512
const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`

/** One entry in the form of ustar; a path that is too long for it goes before as an entry of its own (PAX). */
function header(path: string, size: number, type: "0" | "x"): Uint8Array {
  const bytes = new Uint8Array(block)
  const put = (at: number, text: string) => bytes.set(bytesOf(text), at)
  put(0, path)
  put(100, octal(0o644, 7))
  put(108, octal(0, 7))
  put(116, octal(0, 7))
  put(124, octal(size, 11))
  put(136, octal(0, 11))
  put(148, "        ")
  put(156, type)
  put(257, "ustar\x0000")
  put(
    148,
    `${octal(
      bytes.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
  )
  return bytes
}

const padded = (bytes: Uint8Array): Uint8Array[] => [bytes, new Uint8Array((block - (bytes.length % block)) % block)]

/** "27 path=folder/a-long-name.py\n", whose number counts itself. */
function paxPath(path: string): Uint8Array {
  const rest = ` path=${path}\n`
  const length = bytesOf(rest).length
  let total = length + 1
  while (String(total).length + length !== total) total = String(total).length + length
  return bytesOf(`${total}${rest}`)
}

function entryOf({ path, bytes }: PackedFile): Uint8Array[] {
  if (bytesOf(path).length <= 100) return [header(path, bytes.length, "0"), ...padded(bytes)]
  const pax = paxPath(path)
  return [header("long-path", pax.length, "x"), ...padded(pax), header("long-path", bytes.length, "0"), ...padded(bytes)]
}

/** Files as a gzipped tar archive; the same files make the same content. */
export async function writeTarGz(files: readonly PackedFile[]): Promise<Uint8Array<ArrayBuffer>> {
  const tar = joined([...files.flatMap(entryOf), new Uint8Array(2 * block)])
  const packed = new Blob([tar]).stream().pipeThrough(new CompressionStream("gzip"))
  return new Uint8Array(await new Response(packed).arrayBuffer())
}

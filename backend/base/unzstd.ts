import * as zlib from "node:zlib"
import { Decompress } from "fzstd"

/** So little at a time that a piece which unpacks to very much more fits into memory. */
const packedBytesAtOnce = 1024

/** Unpacks Zstandard in JavaScript. @throws Error for what is none, or ends too early */
export async function* unzstdInJs(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacked: Uint8Array[] = []
  const decoder = new Decompress((piece) => unpacked.push(piece))
  for await (const piece of packed)
    for (let at = 0; at < piece.length; at += packedBytesAtOnce) {
      decoder.push(piece.subarray(at, at + packedBytesAtOnce))
      yield* unpacked.splice(0)
    }
  decoder.push(new Uint8Array(0), true)
  yield* unpacked.splice(0)
}

/** Node has its own, many times faster one since 22.15. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream }

/** Unpacks Zstandard. @throws Error for what is none, or ends too early */
export async function* unzstd(packed: AsyncIterable<Uint8Array> & NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  if (!createZstdDecompress) return yield* unzstdInJs(packed)
  const unpacked = createZstdDecompress()
  packed.on("error", (error) => unpacked.emit("error", error))
  yield* packed.pipe(unpacked) as unknown as AsyncIterable<Uint8Array>
}

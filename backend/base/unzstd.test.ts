import { createHash } from "node:crypto"
import { Readable } from "node:stream"
import { expect, test } from "vitest"
import { unzstd, unzstdInJs } from "./unzstd.ts"

/** What Python's zstandard made of 500,000 digits, some random letters, nothing and "end": frames with and without a checksum. */
const packed = Buffer.from(
  "KLUv/aQgoQcAlAAAUDAxMjM0NTY3ODkBAPP/zQsSTAAACDIBAPz/ORACTAAACDQBAPz/ORACTQAACDYBAByhORAC2Tc7ayi1L/1g9AC1BQCSxgkI8DkbPZoZnXlrqe7Imnm9ifyIrTWy12d2j7R7CDJiSOpZJlLlIgFSqHEqrCDFwnYwAoKQlB4QkEqNAQyeQ8Tr5QQUyeQXeJIoJR9CYvPk3XCoHj0gAJYJgZYhLYVUwWodiL7gUxCTGLmrCalrXKZmefYDPLGojKtwNSm/Rz4oocnSSb2DEWquW3tmWpqAg7tkHoz7xlyANB3Wl5OvxDrF9WzAIywAFEcG46d0lHJcbShUASi1L/0kAxkAAGVuZGIJ514=",
  "base64",
)
const hash = "f47a9af455a512cc176c6579a86d15504e2cead2cc61acd417191436fccf9b2e"

async function unpacked(content: AsyncIterable<Uint8Array>): Promise<string> {
  const sum = createHash("sha256")
  for await (const piece of content) sum.update(piece)
  return sum.digest("hex")
}

const inPieces = (bytes: Buffer, size: number): Readable =>
  Readable.from(Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size)))

for (const [name, unpack] of Object.entries({ unzstd, unzstdInJs }))
  test(`${name} reads several frames, however they arrive, and refuses what is not whole`, async () => {
    for (const size of [packed.length, 100, 1]) expect(await unpacked(unpack(inPieces(packed, size))), `${size}`).toBe(hash)
    for (const broken of [packed.subarray(0, 60), packed.subarray(0, -2), Buffer.from("this is no Zstandard at all")])
      await expect(unpacked(unpack(inPieces(broken, 10)))).rejects.toThrow()
  })

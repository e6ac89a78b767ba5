import { randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { FormError, formFile } from "./form-file.ts"

async function* pieces(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const part of parts) chunks.push(part)
  return Buffer.concat(chunks)
}

async function formOf(content: Buffer, more: [string, string][] = []): Promise<{ type: string; bytes: Buffer }> {
  const form = new FormData()
  form.set("file", new Blob([new Uint8Array(content)]), "a.bin")
  for (const [name, value] of more) form.append(name, value)
  const request = new Request("http://form.test", { method: "POST", body: form })
  return { type: request.headers.get("content-type") as string, bytes: Buffer.from(await request.arrayBuffer()) }
}

test("the file of a form comes through byte by byte, however the body is cut into pieces", async () => {
  const content = Buffer.concat([randomBytes(5000), Buffer.from("\r\n--\r\n------boundary\r\n\r\n"), randomBytes(5000)])
  const { type, bytes } = await formOf(content, [["note", "after the file"]])
  for (const size of [1, 7, 4096, bytes.length])
    expect((await collect(formFile(type, pieces(bytes, size)))).equals(content), `${size}`).toBe(true)
})

test("an empty file is a file, and a part without a file name is one too", async () => {
  const empty = await formOf(Buffer.alloc(0))
  expect(await collect(formFile(empty.type, pieces(empty.bytes, 100)))).toHaveLength(0)
  const unnamed = Buffer.from('--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nhello\r\n--b--\r\n')
  expect((await collect(formFile("multipart/form-data; boundary=b", pieces(unnamed, 3)))).toString()).toBe("hello")
})

test("what is no form, holds no file or ends too early is refused", async () => {
  const refused = async (type: string | undefined, text: string) => {
    const error = await collect(formFile(type, pieces(Buffer.from(text), 10))).catch((thrown: unknown) => thrown)
    expect(error, text).toBeInstanceOf(FormError)
    return (error as FormError).message
  }
  const type = "multipart/form-data; boundary=b"
  expect(await refused("text/plain", "x")).toContain("not a multipart form")
  expect(await refused(undefined, "x")).toContain("not a multipart form")
  expect(await refused("multipart/form-data", "x")).toContain("not a multipart form")
  await refused(type, "")
  await refused(type, "no boundary in here")
  expect(await refused(type, "--b--\r\n")).toContain("holds no file")
  expect(await refused(type, '--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nhel')).toContain("before its file was whole")
})

test("a body that breaks off passes its own error on, and a reader that stops ends the body", async () => {
  const head = Buffer.from('--b\r\ncontent-disposition: form-data; name="file"\r\n\r\n')
  const broken = (async function* () {
    yield new Uint8Array(head)
    throw new Error("connection reset")
  })()
  await expect(collect(formFile("multipart/form-data; boundary=b", broken))).rejects.toThrow("connection reset")

  let given = 0
  const endless = (async function* () {
    try {
      yield new Uint8Array(head)
      for (;;) {
        given++
        yield new Uint8Array(64 * 1024)
      }
    } finally {
      given = -given
    }
  })()
  for await (const _ of formFile("multipart/form-data; boundary=b", endless)) break
  await expect.poll(() => given).toBeLessThan(0)
  expect(given).toBeGreaterThan(-20)
})

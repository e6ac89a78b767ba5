import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { serveStaticFiles } from "./static-files.ts"

const script = "console.log(1)\n".repeat(100)
const folder = mkdtempSync(join(tmpdir(), "he-static-"))
writeFileSync(join(folder, "both.js"), script)
writeFileSync(join(folder, "both.js.br"), brotliCompressSync(script))
writeFileSync(join(folder, "both.js.gz"), gzipSync(script))
writeFileSync(join(folder, "..", "outside.js"), "secret")
mkdirSync(join(folder, "media"))
writeFileSync(join(folder, "media/font.woff2"), "a font")
const server = createServer((message, response) => response.end(`next ${message.url}`))

beforeAll(async () => {
  serveStaticFiles(server, folder)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
  rmSync(join(folder, "..", "outside.js"))
})

async function get(path: string, headers: Record<string, string> = { "accept-encoding": "gzip, deflate, br" }, method = "GET") {
  const { port } = server.address() as AddressInfo
  const [answer] = await once(request({ port, host: "127.0.0.1", path, headers, method }).end(), "response")
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part)
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }
}

test("a script comes as its Brotli copy, for ever, with the policy of the other files", async () => {
  const { status, headers, body } = await get("/_next/static/both.js")
  expect(status).toBe(200)
  expect(headers).toMatchObject({
    "content-encoding": "br",
    "content-type": "text/javascript",
    "cache-control": "public,max-age=31536000,immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("default-src 'self'"),
    vary: "Accept-Encoding",
  })
  expect(brotliDecompressSync(body).toString()).toBe(script)
})

test("a browser that takes no Brotli, as over http in a network, gets the gzip copy", async () => {
  const brotli = await get("/_next/static/both.js")
  const { headers, body } = await get("/_next/static/both.js", { "accept-encoding": "gzip, deflate" })
  expect(headers).toMatchObject({ "content-encoding": "gzip", "content-type": "text/javascript", vary: "Accept-Encoding" })
  expect(headers.etag).not.toBe(brotli.headers.etag)
  expect(gunzipSync(body).toString()).toBe(script)
})

test("a browser that has a script asks whether it is the same, and HEAD sends none", async () => {
  const first = await get("/_next/static/both.js?v=1")
  const etag = String(first.headers.etag)
  const again = await get("/_next/static/both.js", { "accept-encoding": "br", "if-none-match": etag })
  expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0])
  const head = await get("/_next/static/both.js", { "accept-encoding": "br" }, "HEAD")
  expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, String(first.body.length), 0])
})

test("files without a copy, such as fonts, are served as they are", async () => {
  const { status, headers, body } = await get("/_next/static/media/font.woff2")
  expect([status, headers["content-encoding"], body.toString()]).toEqual([200, undefined, "a font"])
  expect(headers["cache-control"]).toContain("immutable")
})

test("everything else is Next's: other files, other browsers, other addresses, other methods", async () => {
  const texts = [
    await get("/_next/static/none.js"),
    await get("/_next/static/both.js", { "accept-encoding": "deflate" }),
    await get("/_next/static/both.js", {}),
    await get("/dashboard/both.js"),
    await get("/_next/static/both.js", { "accept-encoding": "br" }, "POST"),
    await get("/_next/static/../outside.js"),
    await get("/_next/static/%2e%2e/outside.js"),
  ].map(({ body }) => body.toString())
  expect(texts).toEqual([
    "next /_next/static/none.js",
    "next /_next/static/both.js",
    "next /_next/static/both.js",
    "next /dashboard/both.js",
    "next /_next/static/both.js",
    "next /_next/static/../outside.js",
    "next /_next/static/%2e%2e/outside.js",
  ])
})

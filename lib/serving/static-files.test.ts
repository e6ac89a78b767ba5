import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { brotliCompressSync, brotliDecompressSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { serveStaticFiles } from "./static-files.ts"

const script = "console.log(1)\n".repeat(100)
const folder = mkdtempSync(join(tmpdir(), "he-static-"))
writeFileSync(join(folder, "both.js"), script)
writeFileSync(join(folder, "both.js.br"), brotliCompressSync(script))
writeFileSync(join(folder, "..", "outside.js"), "secret")
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

test("everything else is Next's: other files, other browsers, other addresses, other methods", async () => {
  const texts = [
    await get("/_next/static/none.js"),
    await get("/_next/static/both.js", { "accept-encoding": "gzip" }),
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

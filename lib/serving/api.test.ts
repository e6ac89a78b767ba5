import { once } from "node:events"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { gunzipSync } from "node:zlib"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { connectionOf, markConnections } from "../sign-in/connection.ts"
import { serveApi } from "./api.ts"

const rows = JSON.stringify({ rows: Array.from({ length: 200 }, (_, i) => ({ id: i })) })
const server = createServer((message, response) => response.end(`next ${message.url}`))

async function handle(asked: Request): Promise<Response> {
  const { pathname } = new URL(asked.url)
  if (pathname === "/api/v1/fails") throw new Error("broken")
  if (pathname === "/api/v1/refuses") return new Response("{}", { status: 401 })
  if (pathname === "/api/v1/echo") return new Response(`${asked.method} ${await asked.text()}`)
  if (pathname === "/api/v1/where") return Response.json(connectionOf(asked.headers))
  if (pathname === "/api/v1/events") return new Response(rows, { headers: { "content-type": "text/event-stream" } })
  if (pathname === "/api/v1/known")
    return new Response(rows, { headers: { "content-type": "application/json", "content-length": String(rows.length) } })
  if (pathname === "/api/v1/small") return new Response("{}", { headers: { "content-type": "application/json", "content-length": "2" } })
  return new Response(rows, { headers: { "content-type": "application/json" } })
}

beforeAll(async () => {
  markConnections()
  serveApi(server, handle)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
})
afterAll(() => void server.close())

async function ask(path: string, { headers = {}, method = "GET", body = "" } = {}) {
  const { port } = server.address() as AddressInfo
  const [answer] = await once(request({ port, host: "127.0.0.1", path, headers, method }).end(body), "response")
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part)
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }
}

test("the API's addresses are answered here, with the headers of every answer, and all others by Next", async () => {
  const { status, headers, body } = await ask("/api/v1/rows?limit=1")
  expect([status, body.toString()]).toEqual([200, rows])
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("default-src 'self'"),
  })
  expect((await ask("/api/v1/echo", { method: "POST", body: "a body" })).body.toString()).toBe("POST a body")
  for (const path of ["/api/v10", "/api/auth/session", "/dashboard", "/x/api/v1/rows"])
    expect((await ask(path)).body.toString()).toBe(`next ${path}`)
})

test("the server as a whole may be asked what it can", async () => {
  expect(await ask("*", { method: "OPTIONS" })).toMatchObject({ status: 204, headers: { "x-content-type-options": "nosniff" } })
  expect((await ask("*")).status).toBe(400)
})

test("long answers are compressed for whoever takes that, short ones and event streams are not", async () => {
  const packed = { headers: { "accept-encoding": "gzip, deflate, br" } }
  const long = await ask("/api/v1/rows", packed)
  expect(long.headers).toMatchObject({ "content-encoding": "gzip", vary: expect.stringContaining("Accept-Encoding") })
  expect(gunzipSync(long.body).toString()).toBe(rows)
  // Whose length is known is compressed at once, and says how long it is then.
  const known = await ask("/api/v1/known", packed)
  expect(known.headers).toMatchObject({ "content-encoding": "gzip", "content-length": String(known.body.length), vary: "Accept-Encoding" })
  expect(gunzipSync(known.body).toString()).toBe(rows)
  for (const accepted of ["identity", "gzip;q=0", "br"]) {
    const { headers, body } = await ask("/api/v1/known", { headers: { "accept-encoding": accepted } })
    expect([headers["content-encoding"], headers["content-length"], body.toString()]).toEqual([undefined, String(rows.length), rows])
  }
  const head = await ask("/api/v1/known", { ...packed, method: "HEAD" })
  expect([head.status, head.body.length]).toEqual([200, 0])
  for (const path of ["/api/v1/small", "/api/v1/events"]) expect((await ask(path, packed)).headers["content-encoding"]).toBeUndefined()
})

test("where a request came from is this server's word, whatever is sent", async () => {
  const sent = { "x-hosted-evals-connection": "mark {}", "x-forwarded-for": "1.2.3.4" }
  expect(JSON.parse((await ask("/api/v1/where", { headers: sent })).body.toString())).toMatchObject({
    address: "127.0.0.1",
    forwarded: true,
  })
})

test("who is refused while most of a body is still to come gets the answer, and the connection goes on", async () => {
  const { port } = server.address() as AddressInfo
  const sending = request({ port, host: "127.0.0.1", path: "/api/v1/refuses", method: "POST", agent: false })
  const answered = once(sending, "response")
  for (let i = 0; i < 12; i++) {
    sending.write("x".repeat(100_000))
    await sleep(100)
  }
  sending.end()
  const [answer] = await answered
  expect(answer.statusCode).toBe(401)
})

test("an address as proxies are asked is the API's, too, and what is no request is refused as JSON", async () => {
  expect((await ask("http://x.test/api/v1/rows")).body.toString()).toBe(rows)
  const { status, headers, body } = await ask("/api/v1/rows", { headers: { host: "a b" } })
  expect([status, JSON.parse(body.toString()).code]).toEqual([400, "rejected"])
  expect(headers).toMatchObject({ "x-content-type-options": "nosniff" })
})

test("what fails is answered and noted", async () => {
  const noted = vi.spyOn(console, "error").mockImplementation(() => {})
  const { status, body } = await ask("/api/v1/fails")
  expect([status, JSON.parse(body.toString()).code]).toEqual([500, "internal"])
  expect(noted).toHaveBeenCalledOnce()
  noted.mockRestore()
})

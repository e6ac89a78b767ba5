import { execFile } from "node:child_process"
import { createServer, type RequestListener, request } from "node:http"
import type { AddressInfo } from "node:net"
import { promisify } from "node:util"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { markConnections } from "./connection.ts"
import { isOwnBrowser, isOwnName } from "./own-browser.ts"

markConnections()

const listener: RequestListener = async (incoming, response) => {
  response.end(String(await isOwnBrowser(new Headers(incoming.headers as Record<string, string>))))
}

let port = 0
let close = () => {}
beforeEach(async () => {
  const server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  port = (server.address() as AddressInfo).port
  close = () => server.close()
})
afterEach(() => {
  close()
  vi.unstubAllEnvs()
})

/** What the server decides about a request of this process. */
const ask = (headers: Record<string, string> = {}): Promise<string> =>
  new Promise((done, fail) => {
    const sent = request({ host: "127.0.0.1", port, headers: { "sec-fetch-site": "none", ...headers } }, (response) => {
      response.setEncoding("utf8").on("data", done)
    })
    sent.on("error", fail).end()
  })

test.runIf(process.platform === "linux")("a browser of the same user is recognised, by each name of this machine", async () => {
  expect(await ask()).toBe("true")
  expect(await ask({ "sec-fetch-site": "same-origin", host: `localhost:${port}` })).toBe("true")
  expect(await ask({ host: "[::1]" })).toBe("true")
  vi.stubEnv("PUBLIC_URL", "http://localhost:3000")
  expect(await ask()).toBe("true")
})

test.each<[string, Record<string, string>]>([
  ["another name", { host: "evals.lab" }],
  ["a subdomain", { host: "x.localhost" }],
  ["X-Forwarded-For", { "x-forwarded-for": "127.0.0.1" }],
  ["X-Forwarded-Proto", { "x-forwarded-proto": "https" }],
  ["Forwarded", { forwarded: "for=1.2.3.4" }],
  ["Via", { via: "1.1 proxy" }],
  ["X-Real-IP", { "x-real-ip": "127.0.0.1" }],
  ["another port's page", { "sec-fetch-site": "same-site" }],
  ["another site's page", { "sec-fetch-site": "cross-site" }],
  ["no browser", { "sec-fetch-site": "" }],
])("a request with %s is not", async (_, headers) => {
  expect(await ask(headers)).toBe("false")
})

test("a platform with another address, or on the network, recognises nobody", async () => {
  vi.stubEnv("PUBLIC_URL", "https://evals.lab")
  expect(await ask()).toBe("false")
  expect(await ask({ host: "evals.lab" })).toBe("false")
  vi.stubEnv("PUBLIC_URL", "not an address")
  expect(await ask()).toBe("false")
  vi.stubEnv("PUBLIC_URL", "")
  vi.stubEnv("HOST", "0.0.0.0")
  expect(await ask()).toBe("false")
})

test("a connection that the request describes itself counts for nothing", async () => {
  const claimed = { address: "127.0.0.1", port: 1, serverAddress: "127.0.0.1", serverPort: 1, forwarded: false }
  const headers = new Headers({
    host: "localhost",
    "sec-fetch-site": "none",
    "x-hosted-evals-connection": `mark ${JSON.stringify(claimed)}`,
  })
  expect(await isOwnBrowser(headers)).toBe(false)
  expect(await isOwnBrowser(new Headers({ host: "localhost", "sec-fetch-site": "none" }))).toBe(false)
})

test.runIf(process.platform === "linux" && process.getuid?.() === 0)("another user of this machine is not recognised", async () => {
  const script = `fetch("http://127.0.0.1:${port}", { headers: { "sec-fetch-site": "none" } }).then(async (r) => console.log(await r.text()))`
  const run = promisify(execFile)
  expect((await run(process.execPath, ["-e", script])).stdout).toBe("true\n")
  expect((await run(process.execPath, ["-e", script], { uid: 65_534, gid: 65_534, cwd: "/" })).stdout).toBe("false\n")
})

test("names that the server has", () => {
  expect(isOwnName("localhost:3000")).toBe(true)
  expect(isOwnName("evil.example")).toBe(false)
  expect(isOwnName(null)).toBe(false)
  vi.stubEnv("PUBLIC_URL", "https://evals.lab")
  expect(isOwnName("evals.lab")).toBe(true)
  vi.stubEnv("HOST", "0.0.0.0")
  expect(isOwnName("whatever.lab")).toBe(true)
})

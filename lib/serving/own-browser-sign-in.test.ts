import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { markConnections } from "../sign-in/connection.ts"
import { accountCookie, readSession } from "../sign-in/session.ts"
import { signInOwnBrowser } from "./own-browser-sign-in.ts"

markConnections()

let begun = 0
let fails = false
let port = 0
let close = () => {}
beforeEach(async () => {
  vi.stubEnv("NEXTAUTH_SECRET", "a secret for this test")
  ;[begun, fails] = [0, false]
  const server = createServer((incoming, response) => void response.end(incoming.headers.cookie ?? ""))
  signInOwnBrowser(server, async () => {
    if (fails) throw new Error("The platform is away")
    return accountCookie(`session ${++begun}`)
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  port = (server.address() as AddressInfo).port
  close = () => server.close()
})
afterEach(() => {
  close()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** The cookies that a page saw, and what was to be kept. */
const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  new Promise<{ seen: string; kept: string[] }>((done, fail) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers: { "sec-fetch-site": "none", ...headers } }, async (response) => {
      let seen = ""
      for await (const part of response.setEncoding("utf8")) seen += part
      done({ seen, kept: response.headers["set-cookie"] ?? [] })
    })
    sent.on("error", fail).end()
  })

const sessionIn = (cookie: string) => cookie.split(";")[0]?.split("=")[1] ?? ""

test.runIf(process.platform === "linux")(
  "the first page of the operator's own browser is answered for a session that begins with it",
  async () => {
    const { seen, kept } = await ask("/dashboard/evaluations?page=2", {
      cookie: "theme=dark; next-auth.session-token=broken; density=compact",
    })
    expect(kept).toHaveLength(1)
    expect(kept[0]).toMatch(/^next-auth\.session-token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(await readSession(sessionIn(kept[0] ?? ""))).toEqual({ kind: "account", token: "session 1" })
    expect(seen).toBe(`theme=dark; density=compact; next-auth.session-token=${sessionIn(kept[0] ?? "")}`)

    const again = await ask("/dashboard", { cookie: seen })
    expect(again).toEqual({ seen, kept: [] })
    expect(begun).toBe(1)
  },
)

test.each<[string, string, Record<string, string>, string]>([
  ["another site leads to it", "/dashboard", { "sec-fetch-site": "cross-site" }, "GET"],
  ["it came through a proxy", "/dashboard", { "x-forwarded-for": "127.0.0.1" }, "GET"],
  ["it is no page of the dashboard", "/s/abc", {}, "GET"],
  ["it is the sign-in page", "/login?callbackUrl=/dashboard", {}, "GET"],
  ["it only begins alike", "/dashboards", {}, "GET"],
  ["it is an action", "/dashboard", {}, "POST"],
])("no session begins where %s", async (_, path, headers, method) => {
  expect(await ask(path, { cookie: "theme=dark", ...headers }, method)).toEqual({ seen: "theme=dark", kept: [] })
  expect(begun).toBe(0)
})

test.runIf(process.platform === "linux")("a page is answered where no session can begin", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {})
  fails = true
  expect(await ask("/dashboard", { cookie: "theme=dark" })).toEqual({ seen: "theme=dark", kept: [] })
  expect(logged).toHaveBeenCalledWith(new Error("The platform is away"))
})

import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest"
import type { Session } from "@/lib/sign-in/session.ts"
import { transportFor } from "./deployment.ts"

/** Another platform, which answers with the headers as they were sent; those of `headers` may be marked, where that has been started. */
const other = createServer(({ rawHeaders }, response) => {
  const pairs = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1]]] : []))
  response.end(JSON.stringify(Object.fromEntries(pairs)))
})
beforeAll(() => new Promise<void>((done) => other.listen(0, "127.0.0.1", done)))
afterAll(() => {
  other.close()
})
afterEach(() => vi.unstubAllEnvs())

test.each<[string, Session | null, string | null, string | undefined]>([
  ["the operator uses the operator's key", { kind: "operator" }, null, "Bearer he_operator"],
  ["others use the key that they signed in with", { kind: "key", apiKey: "he_own" }, null, "Bearer he_own"],
  ["a request with a key keeps it", null, "Bearer he_sent", "Bearer he_sent"],
  ["nobody has no key", null, null, undefined],
])("beside another platform, %s", async (_, session, sent, expected) => {
  vi.stubEnv("PLATFORM_URL", `http://127.0.0.1:${(other.address() as AddressInfo).port}`)
  vi.stubEnv("PLATFORM_API_KEY", "he_operator")
  const send = await transportFor(session)
  const headers = { cookie: "session", "x-hosted-evals-connection": "mark {}", ...(sent ? { authorization: sent } : {}) }
  const received = await (await send(new Request("http://here.invalid/api/v1/user/whoami", { headers }))).json()
  expect(received.authorization).toBe(expected)
  expect(received.cookie).toBeUndefined()
  expect(received["x-hosted-evals-connection"]).toBeUndefined()
})

import { afterEach, expect, test, vi } from "vitest"
import { clientAddress, markConnections } from "./connection.ts"

markConnections()
afterEach(() => vi.unstubAllEnvs())

/** The headers that a page or route is given of a request. */
const headersOf = (address: string, forwardedFor?: string): Headers => {
  const mark = (globalThis as { hostedEvalsMark?: string }).hostedEvalsMark
  const connection = { address, port: 1, serverAddress: "10.0.0.9", serverPort: 3000, forwarded: forwardedFor !== undefined }
  return new Headers({
    "x-hosted-evals-connection": `${mark} ${JSON.stringify(connection)}`,
    ...(forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor }),
  })
}

test("where a request came from is the connection's, unless a trusted proxy says otherwise", () => {
  expect(clientAddress(headersOf("203.0.113.1"))).toBe("203.0.113.1")
  expect(clientAddress(headersOf("203.0.113.1", "198.51.100.1"))).toBe("203.0.113.1")
  expect(clientAddress(headersOf("127.0.0.1", "198.51.100.1, 203.0.113.1"))).toBe("203.0.113.1")
  expect(clientAddress(headersOf("10.0.0.5", "203.0.113.1"))).toBe("10.0.0.5")
  vi.stubEnv("TRUSTED_PROXIES", "10.0.0.0/8")
  expect(clientAddress(headersOf("10.0.0.5", "203.0.113.1"))).toBe("203.0.113.1")
})

test("of several proxies in a row each says who came to it, and what a client writes itself counts for nothing", () => {
  vi.stubEnv("TRUSTED_PROXIES", "10.0.0.0/8")
  expect(clientAddress(headersOf("10.0.0.5", "192.0.2.1, 203.0.113.1, 10.0.0.7"))).toBe("203.0.113.1")
  expect(clientAddress(headersOf("10.0.0.5", "10.0.0.8, 10.0.0.7"))).toBe("10.0.0.8")
  expect(clientAddress(headersOf("10.0.0.5", " , "))).toBe("10.0.0.5")
})

import { afterEach, expect, test, vi } from "vitest"
import { isJsonOrBytes, refuseForeign } from "./same-origin.ts"

afterEach(() => vi.unstubAllEnvs())

const isTaken = (headers: Record<string, string>, method = "POST") =>
  refuseForeign({ method, headers: new Headers({ host: "localhost:3000", ...headers }) }) === null

test.each<[Record<string, string>, boolean]>([
  [{ origin: "http://localhost:3000", "sec-fetch-site": "same-origin" }, true],
  [{ origin: "http://localhost:3000" }, true],
  [{ "sec-fetch-site": "same-origin" }, true],
  [{}, false],
  [{ origin: "http://localhost:9999", "sec-fetch-site": "same-site" }, false],
  [{ origin: "http://localhost:9999" }, false],
  [{ origin: "http://localhost:3000", "sec-fetch-site": "same-site" }, false],
  [{ origin: "http://localhost:9999", "sec-fetch-site": "same-origin" }, false],
  [{ origin: "null" }, false],
  [{ "sec-fetch-site": "none" }, false],
])("a change with %j is taken: %j", (headers, expected) => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) expect(isTaken(headers, method)).toBe(expected)
  expect(isTaken(headers, "GET")).toBe(true)
})

test("behind a proxy that writes its own Host, the public address counts", () => {
  vi.stubEnv("PUBLIC_URL", "https://evals.lab")
  expect(isTaken({ origin: "https://evals.lab" })).toBe(true)
  expect(isTaken({ origin: "https://other.lab" })).toBe(false)
})

test.each([
  ["application/json", true],
  ["application/json; charset=utf-8", true],
  ["application/octet-stream", true],
  ["text/plain", false],
  ["text/plain; application/json", false],
  ["application/x-www-form-urlencoded", false],
  ["multipart/form-data; boundary=x", false],
  ["application/jsonx", false],
  ["", false],
])("a body of %j is taken: %j", (type, expected) => {
  expect(isJsonOrBytes(new Headers(type ? { "content-type": type } : {}))).toBe(expected)
})

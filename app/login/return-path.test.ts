import { expect, test } from "vitest"
import { safeReturnPath } from "./return-path.ts"

test.each([
  ["/dashboard/evaluations?q=a#b", "/dashboard/evaluations?q=a#b"],
  [undefined, "/home"],
  [["/a", "/b"], "/home"],
  ["https://evil.example/", "/home"],
  ["//evil.example/", "/home"],
  ["/\\evil.example/", "/home"],
  ["/\t/evil.example/", "/home"],
  ["/.//evil.example/", "/home"],
  ["javascript:alert(1)", "/home"],
  ["/login?callbackUrl=/x", "/home"],
])("%j leads to %s, never to another site", (wanted, path) => {
  expect(safeReturnPath(wanted, "/home")).toBe(path)
})

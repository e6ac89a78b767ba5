import { expect, test } from "vitest"
import { canonicalPolicy, readEgressRule, SetEgressPolicyRequest } from "./egress-policy.ts"

test.each([
  ["Example.COM.", "example.com"],
  [" *.bücher.example ", "*.xn--bcher-kva.example"],
  ["localhost", "localhost"],
  ["a_b.example:443", "a_b.example:443"],
  ["10.1.2.3", "10.1.2.3"],
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["0.0.0.0/0:53", "0.0.0.0/0:53"],
  ["200.1.2.3/32", "200.1.2.3/32"],
  ["10.1.2.3:22-22", "10.1.2.3:22"],
  ["10.1.2.3/31:1-65535", "10.1.2.2/31:1-65535"],
])("a destination %j is kept as %j", (text, rule) => {
  expect(readEgressRule(text)).toEqual({ rule })
  expect(readEgressRule(rule)).toEqual({ rule })
})

test.each([
  "",
  "*",
  "*.",
  "a.*.com",
  "a..com",
  "https://a.com",
  "user@a.com",
  "a.com/path",
  "a.com?x",
  "::1",
  "[::1]:80",
  "10.0.0.0/33",
  "10.0.0.0/8/8",
  "10.0.0",
  "0x7f.1",
  "10.0.0.1:0",
  "10.0.0.1:65536",
  "10.0.0.1:9-8",
  "a.com:8080",
  "a.com:80-443",
  "a b.com",
])("%j is no destination", (text) => {
  expect(readEgressRule(text)).toEqual({ problem: expect.any(String) })
})

test("a policy is one list, whose bad rule is named", () => {
  const problems = (value: unknown) =>
    SetEgressPolicyRequest.safeParse(value).error?.issues.map(({ path, message }) => [path.join("."), message])
  expect(problems({ allowlist: [], denylist: null })).toBeUndefined()
  expect(problems({ allowlist: [], denylist: [] })).toEqual([["denylist", expect.stringContaining("exclude each other")]])
  expect(problems({})).toEqual([["allowlist", "give an allowlist or a denylist"]])
  expect(problems({ denylist: ["a.com", "*"] })).toEqual([["denylist.1", expect.stringMatching(/^"\*" is no name/)]])
  expect(problems({ allowlist: Array(1025).fill("a.com") })?.[0]?.[0]).toBe("allowlist")
  expect(canonicalPolicy({ allowlist: ["A.com", "a.com."] })).toEqual({ allowlist: ["a.com"], denylist: null })
})

import { expect, test } from "vitest"
import { isOfThisMachine, proxyVariables } from "./network.ts"

test.each([
  ["127.0.0.1:8000", true],
  ["127.0.0.0/8:*", true],
  ["[::1]:8000", true],
  ["localhost:*", true],
  ["10.0.0.5:8000", false],
  ["10.0.0.0/8:*", false],
  ["judge.internal:*", false],
])("%s is an address of whatever machine it is used on: %s", (address, expected) => {
  expect(isOfThisMachine(address)).toBe(expected)
})

test("names are asked through the proxy where a sandbox has no name server", () => {
  const spec = { env: {}, reach: ["10.0.0.5:8000", "evals.example.org:443"] }
  expect(proxyVariables({ ...spec, network: "none" }).NO_PROXY).toBe("localhost,127.0.0.1,::1,10.0.0.5")
  expect(proxyVariables({ ...spec, network: "internet" }).NO_PROXY).toBe("localhost,127.0.0.1,::1,10.0.0.5,evals.example.org")
})

import { expect, test } from "vitest"
import { quantile, Tally } from "./lib/load/tally.mjs"

test("a quantile is a value that was measured", () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i)
  expect([0.5, 0.95, 0.99, 1].map((share) => quantile(values, share))).toEqual([100, 190, 198, 200])
  expect(quantile([7], 0.99)).toBe(7)
  expect(quantile([], 0.5)).toBeNaN()
})

test("requests are counted by kind, failures by their message, and a browser goes on after one", async () => {
  const tally = new Tally()
  await tally.time("list", async () => {})
  await expect(tally.time("push", async () => Promise.reject(new Error("500 of x")))).rejects.toThrow("500 of x")
  await tally.time("browser", async () => Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNRESET") })))
  await tally.time("browser", async () => Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNRESET") })))
  expect(tally.requests).toBe(4)
  expect([...tally.errors]).toEqual([
    ["500 of x", 1],
    ["fetch failed: ECONNRESET", 2],
  ])
  expect(
    tally
      .table()
      .split("\n")
      .map((line) => line.split(/\s+/)[0]),
  ).toEqual(["", "list", "push", "browser", "all"])
})

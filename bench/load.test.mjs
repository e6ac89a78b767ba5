import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { judgeMemory } from "./lib/load/server.mjs"
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
  await tally.time("page", async () => Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNRESET") })))
  await tally.time("page", async () => Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNRESET") })))
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
  ).toEqual(["", "list", "push", "page", "all"])
})

test("the slowest kind of request counts, however few of all requests it has", async () => {
  const tally = new Tally()
  for (let i = 0; i < 200; i++) await tally.time("read", async () => {})
  await tally.time("page", () => sleep(50))
  expect(tally.longestP99).toBe(tally.times("page")[0])
  expect(quantile(tally.times("read"), 0.99)).toBeLessThan(tally.longestP99)
})

test("memory is flat when what is held for good does not grow, however much is collected now and then", () => {
  const resident = 500
  /** Each third of a time in which memory rises by 50 MB, three times, before it is collected. @param {number[]} floors */
  const sawtooth = (floors) =>
    floors.flatMap((floor) => [...Array(3)].flatMap(() => Array.from({ length: 6 }, (_, i) => ({ used: floor + i * 10, resident }))))
  const warming = judgeMemory(sawtooth([200, 400, 405]))
  expect(warming.isFlat).toBe(true)
  expect(warming.words).toContain("200, 400, 405 MB")
  expect(judgeMemory(sawtooth([200, 300, 400])).isFlat).toBe(false)
  // Nothing was seen, so nothing can be said for it.
  expect(judgeMemory([]).isFlat).toBe(false)
})

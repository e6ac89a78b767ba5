import { expect, test } from "vitest"
import { chooseThreads } from "./threads.mjs"

/** Measures a machine whose speeds by number of threads are given. @param {Record<number, number>} speeds */
function machine(speeds) {
  /** @type {[threads: number, patienceMs: number][]} */
  const measured = []
  return {
    measured,
    measure: async (/** @type {number} */ threads, /** @type {number} */ _tokens, /** @type {number} */ patienceMs) => {
      measured.push([threads, patienceMs])
      return speeds[threads] ?? 0
    },
  }
}

test("takes one thread where two wait for each other, and does not wait for them either", async () => {
  const { measure, measured } = machine({ 1: 27, 2: 0.3 })
  expect(await chooseThreads(4, measure)).toEqual({ threads: 1, tokensPerSecond: 27 })
  // As long as one thread took for the same tokens.
  expect(measured[1]).toEqual([2, (6 / 27) * 1000])
})

test("takes more threads as long as each doubling is worth it", async () => {
  const { measure, measured } = machine({ 1: 30, 2: 55, 4: 90, 8: 95, 16: 300 })
  expect(await chooseThreads(17, measure)).toEqual({ threads: 4, tokensPerSecond: 90 })
  expect(measured.map(([threads]) => threads)).toEqual([1, 2, 4, 8])
})

test("leaves one processor to everything else", async () => {
  const { measure, measured } = machine({ 1: 30, 2: 55, 4: 90 })
  expect(await chooseThreads(4, measure)).toEqual({ threads: 2, tokensPerSecond: 55 })
  expect(measured).toHaveLength(2)
  expect(await chooseThreads(2, measure)).toEqual({ threads: 1, tokensPerSecond: 30 })
  expect(await chooseThreads(1, measure)).toEqual({ threads: 1, tokensPerSecond: 30 })
})

import { expect, test } from "vitest"
import { dividable, meanOfSum, type RewardSum, sumOf, sumWith } from "./reward-sum.ts"

const none: RewardSum = { rewardSum: 0, rewardExponent: 0 }
const meanOf = (...rewards: number[]) => meanOfSum(sumWith(none, rewards), rewards.length)

test("sums that a double can hold are plain", () => {
  expect(sumWith(none, [0.25, 1, -3])).toEqual({ rewardSum: -1.75, rewardExponent: 0 })
  expect(sumWith({ rewardSum: 1e308, rewardExponent: 0 }, [5e-324])).toEqual({ rewardSum: 1e308, rewardExponent: 0 })
  expect(sumOf("0.3000000000000000000001")).toEqual({ rewardSum: 0.3, rewardExponent: 0 })
})

test("rewards of any size have their mean", () => {
  const most = Number.MAX_VALUE
  expect(meanOf(1.5e308, 1.5e308, 1.5e308, 1.5e308)).toBe(1.5e308)
  expect(meanOf(-1.7e308, -1.7e308)).toBe(-1.7e308)
  expect(meanOf(1.7e308, 1.7e308, -1.7e308, -1.7e308)).toBe(0)
  expect(meanOf(...Array(1000).fill(most)) / most).toBeCloseTo(1, 12)
  expect(meanOf(most, most, 0, 0) / most).toBeCloseTo(0.5, 12)
  const decimal = (3n * BigInt(1.7e308)).toString()
  expect(meanOfSum(sumOf(`${decimal}.25`), 3) / 1.7e308).toBeCloseTo(1, 12)
  expect(meanOfSum(sumOf(`-${decimal}`), 3) / 1.7e308).toBeCloseTo(-1, 12)
})

test("what Postgres could not divide is 0", () => {
  expect(dividable({ rewardSum: 5e-324, rewardExponent: 0 }, 2)).toEqual(none)
  expect(dividable({ rewardSum: 5e-324, rewardExponent: 0 }, 1).rewardSum).toBe(5e-324)
})

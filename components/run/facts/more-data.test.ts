import { expect, test } from "vitest"
import { runStatistics } from "@/contract/statistics/statistics.ts"
import { moreDataWords } from "./more-data.ts"

const of = (...rewards: number[][]) =>
  moreDataWords(
    runStatistics(
      "e1",
      rewards.flatMap((own, i) => own.map((reward) => ({ example_id: String(i), reward, metrics: {}, errored: false, truncated: false }))),
    ),
  )

test("where examples differ and their rollouts agree, more rollouts would help little", () => {
  const found = of([1, 1, 1], [0, 0, 0], [1, 1, 1], [0, 0, 0.2])
  expect(found?.title).toBe("More rollouts would help little")
  expect(found?.text).toMatch(
    /^\d\d\.\d% of the variance lies between examples\. Twice the examples would narrow the interval from ±\u00a00\.\d+ to ±\u00a00\.\d+, twice the rollouts of each to ±\u00a00\.\d+\.$/,
  )
})

test("where luck decides, rollouts are as good as examples", () => {
  expect(of([9, 1], [0, 8], ...Array.from({ length: 9 }, () => [9, 0]), [9, 9], [0, 0])?.title).toBe(
    "More rollouts help as much as examples",
  )
})

test("where examples help although little of the variance lies between them, it says why", () => {
  const few = of([1, 1, 1, 0.2], [1, 1, 0.2, 1], [1, 0.2, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1])
  expect(few?.title).toBe("More rollouts would help little")
  expect(few?.text).toMatch(
    /^None of the variance lies between examples, but the interval allows for others than the 5 that were asked\. Twice/,
  )
  const often = of(
    ...Array.from({ length: 40 }, (_, i) => Array.from({ length: 12 }, (_, j) => Number((i * 7 + j * 5) % 12 < 3 + (i % 7)))),
  )
  expect(often?.title).not.toBe("More rollouts help as much as examples")
  expect(often?.text).toMatch(/^\d+\.\d% of the variance lies between examples; the rest evens out over the rollouts of each\. Twice/)
})

test("with one rollout of each example nothing is said about rollouts", () => {
  expect(of([1], [0], [1])?.text).toMatch(/With one rollout of each, hard examples cannot be distinguished from bad luck\.$/)
})

test("one example, or none, has no interval to narrow", () => {
  expect(of([1, 0, 1])).toBeNull()
  expect(of()).toBeNull()
})

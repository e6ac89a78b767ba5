import { expect, test } from "vitest"
import { meanInterval } from "./interval.ts"
import { varianceSplit } from "./variance.ts"

const series = (...rewards: number[][]) => ({ values: rewards.flat(), examples: rewards.flatMap((own, i) => own.map(() => i)) })
const unit = [0, 1] as const

test("the split is that of the analysis of variance, worked by hand", () => {
  // Means 0.5, 1, 0 and 0.5 over all; MSW = 0.5 / 3, MSB = 2 (0 + 0.25 + 0.25) / 2, n0 = 2.
  const found = varianceSplit(series([1, 0], [1, 1], [0, 0]), unit)
  expect(found?.within_examples).toBeCloseTo(1 / 6, 12)
  expect(found?.between_examples).toBeCloseTo((1 / 2 - 1 / 6) / 2, 12)
  expect(found?.icc).toBeCloseTo(0.5, 12)
})

test("examples of unequal sizes weigh by n0", () => {
  // Sizes 1, 2 and 3: n0 = (6 - 14/6) / 2. Means 1, 0.5, 0; mean of all 1/3. MSW = 0.5 / 3. MSB = (4/9 + 2/36 + 3/9) / 2.
  const found = varianceSplit(series([1], [0, 1], [0, 0, 0]), unit)
  const between = ((4 / 9 + 2 / 36 + 3 / 9) / 2 - 1 / 6) / ((6 - 14 / 6) / 2)
  expect(found?.between_examples).toBeCloseTo(between, 12)
  expect(found?.icc).toBeCloseTo(between / (between + 1 / 6), 12)
})

test("the components are those of statsmodels 0.15.0 (anova_lm) for sizes of 3, 2, 4 and 3", () => {
  const found = varianceSplit(series([0.2, 0.9, 0.4], [1, 0.7], [0, 0.1, 0.05, 0.3], [0.6, 0.8, 0.75]), unit)
  expect(found?.within_examples).toBeCloseTo(0.04731770833333334, 12)
  expect(found?.between_examples).toBeCloseTo(0.0952270047169811, 12)
  expect(found?.icc).toBeCloseTo(0.6680500642866252, 12)
})

test("less variance between examples than chance makes is none", () => {
  expect(varianceSplit(series([1, 0], [0, 1], [1, 0]), unit)).toMatchObject({ between_examples: 0, icc: 0 })
})

test("the half width is that of the interval, and twice the examples are those that were twice there", () => {
  const rewards = [
    [1, 0.5],
    [0, 0.2],
    [1, 1],
    [0.3, 0.9],
    [0, 0],
  ]
  const half = (...of: number[][]) => {
    const interval = meanInterval(series(...of), unit)
    return (Number(interval?.high) - Number(interval?.low)) / 2
  }
  const found = varianceSplit(series(...rewards), unit)
  expect(found?.half_width).toBeCloseTo(half(...rewards), 12)
  expect(found?.half_width_twice_examples).toBeCloseTo(half(...rewards, ...rewards), 12)
})

test("more rollouts help where luck makes the difference, and not at all where examples do", () => {
  const luck = varianceSplit(series([1, 1], [0, 0], ...Array.from({ length: 6 }, () => [1, 0])), null)
  expect(luck?.icc).toBe(0)
  expect(luck?.half_width_twice_rollouts).toBeCloseTo(Number(luck?.half_width) / Math.SQRT2, 12)
  const mixed = varianceSplit(series([3, -1], [2, 6], [-4, 2], [1, 9]), null)
  expect(Number(mixed?.half_width_twice_rollouts)).toBeLessThan(Number(mixed?.half_width))
  expect(Number(mixed?.half_width_twice_rollouts)).toBeGreaterThan(Number(mixed?.half_width) / Math.SQRT2 - 1e-12)
  const settled = varianceSplit(series([1, 1], [0, 0], [1, 1], [0, 0]), unit)
  expect(settled?.half_width_twice_rollouts).toBeCloseTo(Number(settled?.half_width), 12)
  expect(Number(settled?.half_width_twice_examples)).toBeLessThan(Number(settled?.half_width))
})

test("single rollouts cannot tell luck from difficulty, and one example has no interval", () => {
  expect(varianceSplit(series([1], [0], [1]), unit)).toMatchObject({ icc: null, between_examples: null, half_width_twice_rollouts: null })
  expect(varianceSplit(series([1, 0, 1]), unit)).toBeNull()
  expect(varianceSplit(series([0.5, 0.5], [0.5, 0.5]), unit)).toMatchObject({ icc: null, between_examples: 0, within_examples: 0 })
})

test("a range scales the variance by its square", () => {
  const rewards = [
    [1, 0.5],
    [0, 0.2],
    [1, 1],
  ]
  const found = varianceSplit(series(...rewards), unit)
  const scaled = varianceSplit(series(...rewards.map((own) => own.map((reward) => reward * 4 - 3))), [-3, 1])
  expect(scaled?.within_examples).toBeCloseTo(16 * Number(found?.within_examples), 12)
  expect(scaled?.half_width_twice_rollouts).toBeCloseTo(4 * Number(found?.half_width_twice_rollouts), 12)
  expect(scaled?.icc).toBeCloseTo(Number(found?.icc), 12)
})

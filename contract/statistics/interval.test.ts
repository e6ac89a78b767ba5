import { expect, test } from "vitest"
import { meanInterval } from "./interval.ts"
import { runStatistics, statisticsOfScores } from "./statistics.ts"

/** Each list the rewards of one example. */
const series = (...examples: number[][]) => ({ values: examples.flat(), examples: examples.flatMap((own, i) => own.map(() => i)) })
const unit = [0, 1] as const
const times = (count: number, own: number[]) => Array.from({ length: count }, () => own)

test("an interval is never a single point, also where all rewards agree", () => {
  for (const count of [2, 5, 50, 5000])
    for (const reward of [0, 0.5, 1]) {
      const { low, high } = meanInterval(series(...times(count, [reward])), unit) ?? { low: 0, high: 0 }
      expect(high - low).toBeGreaterThan(1 / count)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      expect(low).toBeLessThanOrEqual(reward)
      expect(high).toBeGreaterThanOrEqual(reward)
    }
  expect(meanInterval(series(...times(5, [0, 0, 0])), unit)).toMatchObject({ low: 0, approximate: false })
})

test("two examples near an end of the range have an interval, too", () => {
  for (const reward of [0.0001, 0.1, 0.5, 0.9917, 0.9999])
    for (const own of [[reward], [reward, 1], [reward, 1, 1]]) {
      const { low, high } = meanInterval(series([reward], own), unit) ?? { low: Number.NaN, high: Number.NaN }
      const mean = [reward, ...own].reduce((sum, one) => sum + one, 0) / (own.length + 1)
      expect(low, `${own}`).toBeGreaterThanOrEqual(0)
      expect(low, `${own}`).toBeLessThan(mean)
      expect(high, `${own}`).toBeGreaterThan(mean)
      expect(high, `${own}`).toBeLessThanOrEqual(1)
    }
})

test("the interval of 1 − reward is the mirror image", () => {
  const rewards = [[0, 0.2], [1, 0.4, 0.9], [0.1]]
  const found = meanInterval(series(...rewards), unit)
  const other = meanInterval(series(...rewards.map((own) => own.map((reward) => 1 - reward))), unit)
  expect(1 - Number(other?.high)).toBeCloseTo(Number(found?.low), 12)
  expect(1 - Number(other?.low)).toBeCloseTo(Number(found?.high), 12)
})

test("rollouts of one example that say the same are no more evidence than one of them", () => {
  const once = meanInterval(series([1], [0], [1], [1]), unit)
  const often = meanInterval(series(...[[1], [0], [1], [1]].map(([reward]) => Array(8).fill(reward))), unit)
  expect(often?.low).toBeCloseTo(Number(once?.low), 12)
  expect(often?.high).toBeCloseTo(Number(once?.high), 12)
})

test("a declared range moves and stretches it", () => {
  const found = meanInterval(series([0, 0.2], [1, 0.4], [0.1]), unit)
  const scaled = meanInterval(series([-3, -2.2], [1, -1.4], [-2.6]), [-3, 1])
  expect(scaled?.low).toBeCloseTo(-3 + 4 * Number(found?.low), 12)
  expect(scaled?.high).toBeCloseTo(-3 + 4 * Number(found?.high), 12)
})

test("without a known range it is the clustered t, and says so", () => {
  // Means 1 and 0, N = 4: deviations per cluster +1 and -1, so sqrt(2/1 * 2) / 4 = 0.5, times t(1) = 12.7062.
  const found = meanInterval(series([1, 1], [0, 0]), null)
  expect(found?.approximate).toBe(true)
  expect(found?.high).toBeCloseTo(0.5 + 6.35310236808744, 9)
  expect(found?.low).toBeCloseTo(0.5 - 6.35310236808744, 9)
})

test("one example has no interval", () => {
  expect(meanInterval(series([1, 0, 1]), unit)).toBeNull()
  expect(meanInterval(series([1, 0, 1]), null)).toBeNull()
  expect(meanInterval(series(), unit)).toBeNull()
})

test("a run's rewards between 0 and 1 have that range, others none", () => {
  const of = (...rewards: number[]) =>
    runStatistics(
      "e",
      rewards.map((reward, i) => ({ example_id: String(i), reward, metrics: { cost: -reward }, errored: false, truncated: false })),
    )
  expect(of(1, 1, 1).reward?.interval95).toMatchObject({ high: 1, approximate: false })
  expect(of(1, 1, 1).metrics[0]?.interval95).toEqual({ low: -1, high: -1, approximate: true })
  expect(of(1, 2, 1).reward?.interval95?.approximate).toBe(true)
})

test("declared rewards have the interval of their range, errors as 0 in it or beside it, and none that is known where one lies outside", () => {
  const grades = [7, 9, 10, 8, 10, 6]
  const of = (declared: [number, number] | null, errored = -1) =>
    statisticsOfScores(
      "e",
      {
        exampleIds: grades.map((_, i) => String(i)),
        rewards: Float64Array.from(grades),
        metrics: grades.map(() => ({})),
        outcomes: grades.map((_, i) => (i === errored ? "error" : "ok")),
        durations: new Float64Array(grades.length),
      },
      undefined,
      declared,
    )
  const shrunk = meanInterval(series(...grades.map((one) => [one / 10])), unit)
  const found = of([0, 10]).reward?.interval95
  expect(found?.approximate).toBe(false)
  expect(found?.low).toBeCloseTo(10 * Number(shrunk?.low), 10)
  expect(found?.high).toBeCloseTo(10 * Number(shrunk?.high), 10)
  expect(found?.high).toBeLessThan(10)
  expect(of(null).reward?.interval95?.approximate).toBe(true)
  expect(of([0, 9]).reward?.interval95?.approximate).toBe(true)
  const withErrors = of([1, 10], 2)
  expect(withErrors.reward_errors_as_zero?.interval95).toMatchObject({ approximate: false })
  expect(withErrors.reward_errors_as_zero?.interval95?.low).toBeGreaterThanOrEqual(0)
  expect(withErrors.error_rate?.interval95?.high).toBeLessThanOrEqual(1)
})

import { describe, expect, test } from "vitest"
import { histogram, mean, quantile, standardDeviation } from "./spread.ts"
import { runStatistics, statisticsOfScores } from "./statistics.ts"

const sample = (
  example_id: string,
  reward: number | null,
  also: { errored?: boolean; truncated?: boolean; metrics?: Record<string, number>; duration_ms?: number | null } = {},
) => ({
  example_id,
  reward,
  metrics: also.metrics ?? {},
  errored: also.errored ?? false,
  duration_ms: also.duration_ms ?? null,
  truncated: also.truncated ?? false,
})

describe("single numbers", () => {
  test("mean, spread and quantiles of 2, 4, 4, 4, 5, 5, 7, 9", () => {
    const values = [4, 9, 4, 7, 2, 5, 4, 5]
    expect(mean(values)).toBe(5)
    expect(standardDeviation(values)).toBeCloseTo(2.13809, 5)
    expect(quantile([...values], 0.5)).toBe(4.5)
    expect(quantile([...values], 0.25)).toBe(4)
    expect(quantile([1, 2], 0.75)).toBe(1.75)
  })

  test("quantiles need no order of the values, and change none of them", () => {
    for (const values of [
      Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000),
      Array.from({ length: 1000 }, (_, i) => 999 - i),
      Array.from({ length: 1000 }, (_, i) => i % 2),
      [3],
    ]) {
      const sorted = [...values].sort((a, b) => a - b)
      const ranked = [...values]
      for (const share of [0, 0.25, 0.5, 0.75, 1]) {
        const place = (values.length - 1) * share
        const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number]
        expect(quantile(ranked, share)).toBeCloseTo(low + (high - low) * (place % 1), 9)
      }
      expect(ranked.sort((a, b) => a - b)).toEqual(sorted)
    }
  })

  test("nothing has no mean, and one value no spread", () => {
    expect(mean([])).toBeNull()
    expect(standardDeviation([3])).toBe(0)
  })
})

test("a histogram counts every value once, the largest too", () => {
  const bins = histogram([0, 0.04, 0.05, 0.5, 1])
  expect(bins).toHaveLength(20)
  expect(bins[0]?.count).toBe(2)
  expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(5)
  expect(bins[19]?.count).toBe(1)
  expect(histogram([7, 7])).toEqual([{ from: 7, to: 7, count: 2 }])
})

test("the time of a rollout is the median of those that took any", () => {
  const timed = (duration_ms: number | null) => sample("0", 1, { duration_ms })
  expect(runStatistics("e", [timed(40), timed(10), timed(null), timed(20), timed(30)]).median_duration_ms).toBe(25)
  expect(runStatistics("e", [timed(null)]).median_duration_ms).toBeNull()
  expect(
    runStatistics(
      "e",
      Array.from({ length: 5001 }, (_, i) => timed(i)),
    ).median_duration_ms,
  ).toBe(2500)
})

test("errored samples count in the library's mean and are separate in the other one", () => {
  const found = runStatistics("e", [
    sample("0", 1, { metrics: { turns: 2 } }),
    sample("0", 0, { errored: true }),
    sample("1", 0.5, { metrics: { turns: 4 }, truncated: true }),
    sample("1", null),
  ])
  expect(found).toMatchObject({ samples: 4, examples: 2, errored: 1, truncated: 1, reward_without_errors: 0.75 })
  expect(found.reward?.mean).toBeCloseTo(0.5, 12)
  expect(found.reward_scored).toMatchObject({ mean: 0.75, interval95: { approximate: false } })
  expect(found.reward_errors_as_zero?.mean).toBe(0.5)
  expect(found.error_rate?.mean).toBe(0.25)
  expect(found.error_rate?.interval95?.low).toBeGreaterThan(0)
  expect(found.error_rate?.interval95?.high).toBeGreaterThan(0.5)
  expect(found.reward?.count).toBe(3)
  expect(found.metrics).toHaveLength(1)
  expect(found.metrics[0]).toMatchObject({ name: "turns", mean: 3, min: 2, max: 4 })
  expect(found.by_example[0]).toMatchObject({ example_id: "0", count: 2, errored: 1, mean: 0.5 })
})

test("rewards near the largest double have finite statistics", () => {
  const huge = [1e308, -1e308, 1.7e308, 1.7e308]
  const found = runStatistics(
    "e",
    huge.map((reward, i) => sample(String(i % 2), reward, { metrics: { loss: -reward } })),
  )
  for (const { bins, ...numbers } of [found.reward, ...found.metrics].filter((one) => one !== null)) {
    for (const number of [...Object.values(numbers), ...Object.values(numbers.interval95 ?? {}), ...bins.flatMap(Object.values)])
      if (typeof number === "number") expect(Number.isFinite(number)).toBe(true)
    expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(4)
  }
  expect(found.reward?.mean).toBe(0.85e308)
  expect(found.by_example.map(({ mean }) => Number.isFinite(mean))).toEqual([true, true])
  for (const number of Object.values(found.variance ?? {})) expect(Number.isFinite(number)).toBe(true)
  expect(mean([1.7e308, 1.7e308])).toBe(1.7e308)
  expect(standardDeviation([1.7e308, -1.7e308])).toBe(Number.MAX_VALUE)
})

test("the examples of an answer are bounded, and still covers all of them", () => {
  const ofExamples = (count: number) =>
    runStatistics(
      "e",
      Array.from({ length: count * 2 }, (_, i) => sample(String(i >> 1), i % 2)),
    )
  const few = ofExamples(10)
  expect(few.by_example).toHaveLength(10)
  expect(few.example_groups).toHaveLength(10)
  const many = ofExamples(2000)
  expect(many.by_example).toHaveLength(50)
  expect(many.example_groups).toHaveLength(100)
  expect(many.example_groups?.[1]).toEqual({ from: "20", to: "39", examples: 20, count: 40, errored: 0, mean: 0.5 })
  expect(many.example_groups?.at(-1)?.to).toBe("1999")
  expect(JSON.stringify(ofExamples(20_000)).length).toBeLessThan(JSON.stringify(many).length * 1.1)
})

test("every sample has one outcome: errors and truncated ones are no failures, whatever their reward", () => {
  const samples = [
    sample("0", 1),
    sample("0", 0.5),
    sample("0", 0.4),
    sample("1", 1, { truncated: true }),
    sample("1", 0, { errored: true }),
    sample("1", null),
  ]
  const found = runStatistics("e", samples)
  expect(found.outcomes).toEqual({ pass: 2, fail: 1, truncated: 1, error: 1, unscored: 1, highest_fail: 0.4 })
  expect(runStatistics("e", samples, 0.6).outcomes).toMatchObject({ pass: 1, fail: 2, highest_fail: 0.5 })
  expect(runStatistics("e", []).outcomes).toMatchObject({ pass: 0, highest_fail: null })
})

test("an example passes always, sometimes or never; an error makes none of them flaky", () => {
  const found = runStatistics("e", [
    sample("luck", 1),
    sample("luck", 0.2),
    sample("easy", 1),
    sample("easy", 0, { errored: true }),
    sample("hard", 0),
    sample("hard", null),
    sample("none", null),
  ])
  expect(found.examples_by_pass).toEqual({ always: 1, sometimes: 1, never: 1, sometimes_first: ["luck"], never_first: ["hard"] })
})

test("rewards of 0 and 1 are told from graded ones", () => {
  expect(runStatistics("e", [sample("0", 1), sample("1", 0)]).reward_is_binary).toBe(true)
  expect(runStatistics("e", [sample("0", 1), sample("1", 0.98)]).reward_is_binary).toBe(false)
  expect(runStatistics("e", [sample("0", null)]).reward_is_binary).toBeNull()
})

test("the distribution over examples counts each of them once, by its mean", () => {
  const found = runStatistics("e", [sample("0", 1), sample("0", 0), sample("0", 0.5), sample("1", 1)])
  expect(found.example_bins).toHaveLength(40)
  expect(found.example_bins?.filter(({ count }) => count > 0).map(({ from, count }) => [from, count])).toEqual([
    [0.5, 1],
    [0.975, 1],
  ])
})

test("rollouts that were tried again are held against the others, errors left out", () => {
  const scores = (again: number, others: number) => ({
    exampleIds: Array.from({ length: 80 }, (_, i) => String(i)),
    rewards: Float64Array.from({ length: 80 }, (_, i) => Number((i < 20 ? again : others) > (i % 10) / 10)),
    metrics: Array.from({ length: 80 }, () => ({})),
    outcomes: Array.from({ length: 80 }, (_, i) => (i === 0 || i === 79 ? ("error" as const) : ("ok" as const))),
    durations: new Float64Array(80).fill(1),
    retried: Array.from({ length: 80 }, (_, i) => i < 20),
  })
  const { retried } = statisticsOfScores("r", scores(0.3, 0.8))
  expect(retried?.samples).toBe(19)
  expect(retried?.mean?.mean).toBeCloseTo(5 / 19, 12)
  expect(retried?.first_tries?.mean).toBeCloseTo(48 / 59, 12)
  expect(retried?.differs).toBe(true)
  expect(statisticsOfScores("r", scores(0.7, 0.8)).retried?.differs).toBe(false)
  expect(statisticsOfScores("r", { ...scores(0.3, 0.8), retried: new Array(80).fill(false) }).retried).toBeUndefined()
})

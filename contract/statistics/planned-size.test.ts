import { describe, expect, test } from "vitest"
import { normalFrom, randomFrom } from "../testing/random.ts"
import { meanInterval } from "./interval.ts"
import { pairedDifference } from "./pairs.ts"
import { assumedSpread, detectableDifference, plannedHalfWidth, sharedDifficulty, spreadOfRun } from "./planned-size.ts"
import { runStatistics } from "./statistics.ts"

const size = (examples: number, rollouts: number) => ({ examples, rollouts })

test("the smallest difference is what SciPy 1.17.1 makes of the formula", () => {
  // z = norm.ppf(.975) + norm.ppf(.8); z * sqrt((2 * between * .7 + 2 * within / rollouts) / examples)
  expect(detectableDifference(assumedSpread, size(20, 5))).toBeCloseTo(0.2971529858699509, 12)
  expect(detectableDifference(assumedSpread, size(100, 1))).toBeCloseTo(0.18264101092302254, 12)
  expect(detectableDifference({ mean: 4, between: 9, within: 25, is_unit: false }, size(64, 4))).toBeCloseTo(1.7544892478482257, 12)
})

test("rewards between 0 and 1 differ by less than 1, and one example has no interval", () => {
  expect(detectableDifference(assumedSpread, size(2, 1))).toBeNull()
  expect(detectableDifference({ ...assumedSpread, is_unit: false }, size(2, 1))).toBeGreaterThan(1)
  expect(detectableDifference(assumedSpread, size(1, 50))).toBeNull()
  expect(plannedHalfWidth(assumedSpread, size(1, 50))).toBeNull()
})

test("without luck more rollouts show nothing, and with nothing but luck they do as much as examples", () => {
  const settled = { ...assumedSpread, within: 0 }
  expect(detectableDifference(settled, size(40, 8))).toBe(detectableDifference(settled, size(40, 1)))
  const luck = { ...assumedSpread, between: 0 }
  expect(detectableDifference(luck, size(40, 4))).toBeCloseTo(Number(detectableDifference(luck, size(160, 1))), 12)
})

test("the half width is that of the interval which such a run has", () => {
  // 40 examples of 5 rollouts; means of examples that scatter by exactly 0.125 + 0.125 / 5.
  const spread = Math.sqrt((0.125 + 0.125 / 5) * (39 / 40))
  const rewards = Array.from({ length: 40 }, (_, i) => 0.5 + (i % 2 ? spread : -spread))
  const interval = meanInterval({ values: rewards, examples: rewards.map((_, i) => i) }, [0, 1])
  const half = (Number(interval?.high) - Number(interval?.low)) / 2
  expect(plannedHalfWidth(assumedSpread, size(40, 5))).toBeCloseTo(half, 12)
  const wide = meanInterval({ values: rewards, examples: rewards.map((_, i) => i) }, null)
  const halfOfWide = (Number(wide?.high) - Number(wide?.low)) / 2
  expect(plannedHalfWidth({ ...assumedSpread, is_unit: false }, size(40, 5))).toBeCloseTo(halfOfWide, 12)
})

describe("the spread of a run", () => {
  const statistics = (rewards: number[][]) =>
    runStatistics(
      "run",
      rewards.flatMap((own, i) => own.map((reward) => ({ example_id: String(i), reward, metrics: {}, errored: false, truncated: false }))),
    )

  test("is that of its analysis of variance, nearly, once it has many examples", () => {
    const run = statistics(Array.from({ length: 396 }, (_, i) => (i % 3 === 0 ? [1, 1] : i % 3 === 1 ? [0, 0] : [1, 0])))
    const spread = spreadOfRun(run)
    expect(spread?.between).toBeCloseTo((396 * Number(run.variance?.between_examples) + 4 * 0.125) / 400, 12)
    expect(spread?.within).toBeCloseTo((396 / 6 + 4 * 0.125) / 400, 12)
  })

  test("of a pilot that passed everywhere is no certainty", () => {
    const spread = spreadOfRun(statistics([[1], [1], [1], [1], [1]]))
    expect(spread).toEqual({ mean: 7 / 9, between: 0.5 / 9, within: 0.5 / 9, is_unit: true })
  })

  test("in no range is the run's own, and none without any", () => {
    const spread = spreadOfRun(statistics([[-2], [4]]))
    expect(spread).toMatchObject({ mean: 1, is_unit: false })
    expect(spread?.between).toBeCloseTo(9, 12)
    expect(spread?.within).toBeCloseTo(9, 12)
    expect(
      spreadOfRun(
        statistics([
          [7, 7],
          [7, 7],
        ]),
      ),
    ).toBeNull()
    expect(spreadOfRun(statistics([]))).toBeNull()
  })
})

describe("simulated: of models that differ by so much, the comparison finds four of five", () => {
  const trials = 600

  test.each([size(30, 1), size(100, 1), size(40, 4)])("rewards of any size, $examples × $rollouts", (planned) => {
    const normal = normalFrom(randomFrom(7))
    const spread = { mean: 0, between: 4, within: 9, is_unit: false }
    const real = Number(detectableDifference(spread, planned))
    const found = share(trials, () => {
      const differences = Array.from({ length: planned.examples }, () => {
        const common = normal() * Math.sqrt(sharedDifficulty)
        const own = () => (common + normal() * Math.sqrt(1 - sharedDifficulty)) * Math.sqrt(spread.between)
        const luck = () => normal() * Math.sqrt(spread.within / planned.rollouts)
        return own() + luck() + real - (own() + luck())
      })
      return Number(pairedDifference(differences, null)?.interval95.low) > 0
    })
    expect(found).toBeGreaterThan(0.73)
    expect(found).toBeLessThan(0.87)
  })

  test.each([size(50, 1), size(40, 5)])("rewards of 0 and 1, $examples × $rollouts", (planned) => {
    const uniform = randomFrom(11)
    const real = Number(detectableDifference(assumedSpread, planned))
    // The arcsine distribution: mean ½, variance ⅛. Two models share an example's chance with the probability of their correlation.
    const chance = () => Math.sin((Math.PI * uniform()) / 2) ** 2
    const mean = (p: number) =>
      Array.from({ length: planned.rollouts }, () => Number(uniform() < p)).reduce((a, b) => a + b) / planned.rollouts
    // Moves the mean from ½ down or up by taking a part of the chance, or of what is missing to 1.
    const moved = (p: number, by: number) => (by < 0 ? p * (1 + 2 * by) : p + (1 - p) * 2 * by)
    const found = share(trials, () => {
      const differences = Array.from({ length: planned.examples }, () => {
        const first = chance()
        const second = uniform() < sharedDifficulty ? first : chance()
        return mean(moved(second, real / 2)) - mean(moved(first, -real / 2))
      })
      return Number(pairedDifference(differences)?.interval95.low) > 0
    })
    expect(found).toBeGreaterThan(0.73)
    expect(found).toBeLessThan(0.93)
  })
})

const share = (trials: number, isFound: () => boolean): number => {
  let found = 0
  for (let i = 0; i < trials; i++) if (isFound()) found++
  return found / trials
}

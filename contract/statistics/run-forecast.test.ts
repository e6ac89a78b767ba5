import { describe, expect, test } from "vitest"
import { normalFrom, randomFrom } from "../testing/random.ts"
import { expectedTotal } from "./expected-total.ts"
import { forecastRun, type RunFacts } from "./run-forecast.ts"
import { mean, standardDeviation } from "./spread.ts"

test("one earlier run is scaled, with a range from its rollouts and from how runs usually differ", () => {
  const { cost, tokens } = forecastRun([facts({ rollouts: 50 })], 200, 32)
  expect(cost?.median).toBeCloseTo(0.4, 12)
  expect(tokens?.median).toBeCloseTo(200_000, 6)
  // exp(t.ppf(.9, 2) * sqrt(2 * .15² + .5²/50 + .5²/200)), with SciPy 1.17.1.
  expect(Number(cost?.high) / 0.4).toBeCloseTo(1.5324610142076895, 10)
  expect(Number(cost?.low) * Number(cost?.high)).toBeCloseTo(0.16, 10)
})

test("runs that agree narrow the range, and runs that do not widen it", () => {
  const width = (totals: number[]) => {
    const found = expectedTotal(
      totals.map((total) => ({ total, chance: 0.001 })),
      0.001,
    )
    return Number(found?.high) / Number(found?.low)
  }
  expect(width([10, 10, 10, 10])).toBeLessThan(width([10]))
  expect(width([5, 10, 20, 10])).toBeGreaterThan(width([10, 10, 10, 10]))
})

test("more lanes take less time, but never less than the beginning and one rollout", () => {
  const seconds = (rollouts: number, lanes: number) => forecastRun([facts({})], rollouts, lanes).seconds?.median
  expect(seconds(100, 10)).toBeCloseTo(20 + 100, 10)
  expect(seconds(100, 50)).toBeCloseTo(20 + 20, 10)
  expect(seconds(100, 5000)).toBeCloseTo(20 + 10, 10)
})

test("what is not known is null, and what is free costs nothing", () => {
  expect(forecastRun([], 10, 1)).toEqual({ tokens: null, cost: null, seconds: null })
  const { cost, seconds } = forecastRun([facts({ cost_usd_per_rollout: null, other_seconds: null })], 10, 1)
  expect([cost, seconds]).toEqual([null, null])
  expect(forecastRun([facts({ cost_usd_per_rollout: 0 })], 10, 1).cost).toEqual({ median: 0, low: 0, high: 0 })
})

describe("on generated runs, whose rollouts cost and take log-normal amounts, the range holds four of five outcomes", () => {
  const trials = 700
  const cases = [
    { name: "after a pilot of 5", sizes: [5], next: 200 },
    { name: "after one run", sizes: [100], next: 100 },
    { name: "after a pilot and a run", sizes: [5, 60], next: 300 },
    { name: "after four runs", sizes: [20, 40, 40, 100], next: 60 },
    { name: "after ten runs", sizes: [10, 20, 20, 50, 50, 50, 100, 100, 200, 200], next: 100 },
  ]

  test.each(cases)("$name", ({ sizes, next }) => {
    const random = generator(sizes.length * 100 + next)
    let held = { cost: 0, seconds: 0 }
    for (let i = 0; i < trials; i++) {
      const runOf = random.environment()
      const earlier = sizes.map((size) => factsOf(runOf(size), 16))
      const real = runOf(next)
      const { cost, seconds } = forecastRun(earlier, next, 16)
      const total = real.costs.reduce((sum, one) => sum + one)
      held = {
        cost: held.cost + Number(Number(cost?.low) <= total && total <= Number(cost?.high)),
        seconds: held.seconds + Number(Number(seconds?.low) <= real.seconds && real.seconds <= Number(seconds?.high)),
      }
    }
    expect(held.cost / trials).toBeGreaterThan(0.75)
    expect(held.cost / trials).toBeLessThan(0.95)
    expect(held.seconds / trials).toBeGreaterThan(0.75)
    expect(held.seconds / trials).toBeLessThan(0.95)
  })
})

interface Generated {
  costs: number[]
  durations: number[]
  seconds: number
}

/** Environments whose runs differ by 5 to 30 % beyond chance, with rollouts that vary by 30 to 130 %. */
function generator(seed: number) {
  const uniform = randomFrom(seed)
  const normal = normalFrom(uniform)
  const environment = () => {
    const between = 0.05 + 0.25 * uniform()
    const within = 0.3 + 0.7 * uniform()
    return (size: number): Generated => {
      const [cost, speed] = [Math.exp(between * normal()) * 0.002, Math.exp(between * normal()) * 12]
      const amounts = () => Array.from({ length: size }, () => Math.exp(within * normal()))
      const durations = amounts().map((one) => one * speed)
      return { costs: amounts().map((one) => one * cost), durations, seconds: 8 * Math.exp(0.3 * normal()) + inLanes(durations, 16) }
    }
  }
  return { environment }
}

/** How long rollouts take when each begins as soon as a lane is free. */
function inLanes(durations: readonly number[], count: number): number {
  const lanes = new Array<number>(count).fill(0)
  for (const duration of durations) {
    const first = lanes.indexOf(Math.min(...lanes))
    lanes[first] = (lanes[first] as number) + duration
  }
  return Math.max(...lanes)
}

function factsOf({ costs, durations, seconds }: Generated, lanes: number): RunFacts {
  const rollouts = costs.length
  const each = Number(mean(durations))
  return {
    rollouts,
    tokens_per_rollout: 1000,
    cost_usd_per_rollout: mean(costs),
    cost_variation: standardDeviation(costs) / Number(mean(costs)),
    seconds_per_rollout: each,
    seconds_variation: standardDeviation(durations) / each,
    other_seconds: Math.max(0, seconds - (rollouts * each) / Math.min(lanes, rollouts)),
  }
}

const facts = (more: Partial<RunFacts>): RunFacts => ({
  rollouts: 20,
  tokens_per_rollout: 1000,
  cost_usd_per_rollout: 0.002,
  cost_variation: 0.5,
  seconds_per_rollout: 10,
  seconds_variation: 0.5,
  other_seconds: 20,
  ...more,
})

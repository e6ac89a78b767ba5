import { expect, test } from "vitest"
import { ratioSequence } from "../settled/confidence-sequence.ts"
import { type DrawnRun, differenceApart } from "./drawn-apart.ts"

/** Numbers between 0 and 1 that are the same in every run of the tests. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function shuffled<One>(all: readonly One[], random: () => number): One[] {
  const order = [...all]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j] as One, order[i] as One]
  }
  return order
}

const runOf = (sums: readonly number[], of: number): DrawnRun => ({
  drawn: { sums, sizes: sums.map(() => 1), most: 1, of },
  range: [0, 1],
})
const rewards = (count: number, share: number, random: () => number) => Array.from({ length: count }, () => Number(random() < share))

test("the interval lies between the ends of both sequences, each with half of the error, and the p-value is where it begins to leave out 0", () => {
  const random = randomFrom(1)
  for (const [share, other] of [
    [0.3, 0.6],
    [0.7, 0.45],
    [0.5, 0.5],
  ] as const) {
    const runs = [runOf(rewards(120, share, random), 400), runOf(rewards(150, other, random), 400)] as const
    const found = differenceApart(...runs)
    const [one, two] = runs.map((run) => ratioSequence(run.drawn, run.range, null, 0.025))
    expect(found?.interval95).toMatchObject({ low: (two?.low ?? 0) - (one?.high ?? 0), high: (two?.high ?? 0) - (one?.low ?? 0) })
    const p = found?.p_value as number
    const leavesOutZero = (error: number) => {
      const { low, high } = differenceApart(...runs, error)?.interval95 ?? { low: 0, high: 0 }
      return low > 0 || high < 0
    }
    expect(leavesOutZero(p * 0.99)).toBe(false)
    if (p < 0.99) expect(leavesOutZero(p * 1.01)).toBe(true)
    const back = differenceApart(runs[1], runs[0])
    expect(back?.p_value).toBeCloseTo(p, 6)
    expect(back?.difference).toBeCloseTo(-(found?.difference ?? 0), 12)
    expect(back?.interval95.low).toBeCloseTo(-(found?.interval95.high ?? 0), 12)
  }
})

test("runs without a difference that stop where it looks largest are hardly ever told apart", () => {
  const random = randomFrom(7)
  const [of, simulated] = [150, 600]
  let apart = 0
  let outside = 0
  for (let i = 0; i < simulated; i++) {
    const all = rewards(of, 0.5, random)
    const [first, second] = [shuffled(all, random), shuffled(all, random)]
    // Each is looked at again and again, and ended where it is farthest from the middle: the worst reason to stop that there is.
    const ends = [first, second].map((order, run) => {
      let [sum, best, end] = [0, Number.NEGATIVE_INFINITY, 10]
      order.forEach((reward, n) => {
        sum += (run === 0 ? -1 : 1) * (reward - 0.5)
        const score = sum / Math.sqrt(n + 1)
        if (n >= 10 && score > best) [best, end] = [score, n + 1]
      })
      return end
    })
    const found = differenceApart(runOf(first.slice(0, ends[0]), of), runOf(second.slice(0, ends[1]), of))
    const { low, high } = found?.interval95 ?? { low: 1, high: -1 }
    if (low > 0 || high < 0) outside++
    if ((found?.p_value ?? 0) <= 0.05) apart++
  }
  // Of a run whose own sequence refutes every mean, which is part of the error, the p-value is small and the interval is not.
  expect(outside).toBeLessThanOrEqual(apart)
  expect(apart / simulated).toBeLessThanOrEqual(0.05)
}, 60_000)

test("there is none of a run with fewer than two examples", () => {
  expect(differenceApart(runOf([1], 10), runOf([1, 0, 1], 10))).toBeNull()
})

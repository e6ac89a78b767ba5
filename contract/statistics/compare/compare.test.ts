import { describe, expect, test } from "vitest"
import { pairedDifference } from "../pairs.ts"
import { runStatistics } from "../statistics.ts"
import { alignExamples, differencesAt, meanOfExamples, type RunExamples } from "./examples.ts"
import { comparePair } from "./pair.ts"
import { rankRuns } from "./ranks.ts"

type Rollout = number | "error"

/** A run of the rollouts of each example. */
function run(rollouts: Record<string, Rollout[]>): RunExamples {
  const lists = Object.values(rollouts)
  const scored = lists.map((list) => list.filter((one) => one !== "error"))
  const all = scored.flat()
  return {
    ids: Object.keys(rollouts),
    sums: Float64Array.from(scored, (list) => list.reduce((sum, one) => sum + one, 0)),
    scored: Float64Array.from(scored, (list) => list.length),
    errored: Float64Array.from(lists, (list) => list.filter((one) => one === "error").length),
    low: Math.min(...all),
    high: Math.max(...all),
    isBinary: all.every((one) => one === 0 || one === 1),
  }
}

/** A run with one rollout of each example, numbered from 0. */
const single = (rewards: readonly Rollout[]) => run(Object.fromEntries(rewards.map((reward, i) => [`e${i}`, [reward]])))
const pairOf = (first: RunExamples, second: RunExamples, margin = 0, errors: "zero" | "excluded" = "zero") =>
  comparePair(alignExamples([first, second], errors), 0, 1, margin)

test("runs on a declared scale are compared on it", () => {
  const small = [single([0, 0.5, 1, 0.25, 0.75]), single([0.5, 0.75, 1, 1, 0.5])] as const
  const [first, second] = small.map((one) => ({
    ...one,
    sums: one.sums.map((sum) => 10 * sum),
    low: 10 * one.low,
    high: 10 * one.high,
    isBinary: false,
    declared: [0, 10] as const,
  })) as [RunExamples, RunExamples]
  const [of1, of10] = [pairOf(...small), pairOf(first, second)]
  expect(of10.interval95?.approximate).toBe(false)
  expect(of10.interval95?.low).toBeCloseTo(10 * Number(of1.interval95?.low), 9)
  expect(meanOfExamples(first, "zero").interval95?.high).toBeCloseTo(10 * Number(meanOfExamples(small[0], "zero").interval95?.high), 9)
  expect(pairOf({ ...first, declared: null }, second).interval95?.approximate).toBe(true)
})

describe("a pair", () => {
  test("is compared over the examples that both have, each counted once", () => {
    const first = run({ a: [1, 0], b: [1], c: [0.5], d: [0] })
    const second = run({ d: [0, 1, 1, 1], a: [1], c: [0.5], e: [1] })
    const pair = pairOf(first, second)
    expect(pair).toMatchObject({ examples: 3, improved: 2, regressed: 0, equal: 1, cannot_compare: 2, test: "sign_flip" })
    expect(pair.difference).toBeCloseTo((0.5 + 0.75) / 3, 12)
    expect(pair.interval95).toEqual(pairedDifference([0.5, 0, 0.75])?.interval95)
  })

  test("reads errors as 0, or leaves them out", () => {
    const first = run({ a: [1, "error"], b: [1, 1], c: ["error"] })
    const second = run({ a: [1, 1], b: [1, "error"], c: [1] })
    expect(pairOf(first, second)).toMatchObject({ examples: 3, improved: 2, regressed: 1 })
    expect(pairOf(first, second, 0, "excluded")).toMatchObject({ examples: 2, equal: 2, cannot_compare: 1, difference: 0, p_value: 1 })
  })

  test("of single 0/1 rollouts has McNemar's p-value", () => {
    const first = single([...Array(8).fill(0), 1, ...Array(20).fill(1)])
    const second = single([...Array(8).fill(1), 0, ...Array(20).fill(1)])
    const pair = pairOf(first, second)
    expect(pair.test).toBe("mcnemar")
    expect(pair.p_value).toBeCloseTo(0.0390625, 12)
    expect(pairOf(second, first).difference).toBeCloseTo(-(pair.difference as number), 12)
  })

  test("does not take the last digits of sums for a difference", () => {
    const first = run({ a: [0.1, 0.2, 0.3], b: [0.7, 0.1] })
    const second = run({ a: [0.3, 0.2, 0.1], b: [0.1, 0.7] })
    expect(first.sums[0]).not.toBe(second.sums[0])
    expect([...differencesAt(alignExamples([first, second], "zero"), 0, 1)]).toEqual([0, 0])
  })

  test("without a common example, or with one, says nothing", () => {
    expect(pairOf(run({ a: [1] }), run({ b: [0] }))).toMatchObject({
      examples: 0,
      difference: null,
      verdict: "cannot_tell",
      cannot_compare: 2,
    })
    expect(pairOf(run({ a: [1] }), run({ a: [0] }))).toMatchObject({
      examples: 1,
      difference: -1,
      interval95: null,
      verdict: "cannot_tell",
    })
  })

  test("is equivalent within a margin only", () => {
    const same = single(Array(1000).fill(1))
    expect(pairOf(same, same).verdict).toBe("cannot_tell")
    expect(pairOf(same, same, 0.02).verdict).toBe("equivalent")
  })

  test("of rewards outside 0 to 1 has an approximate interval", () => {
    const first = run({ a: [1], b: [4], c: [2] })
    const second = run({ a: [2], b: [6], c: [2.5] })
    expect(pairOf(first, second).interval95?.approximate).toBe(true)
  })
})

test("a run's mean and interval are those of its statistics", () => {
  const rollouts: Record<string, Rollout[]> = { a: [1, 0.5, "error"], b: [0, 0.25], c: [1], d: ["error"] }
  const samples = Object.entries(rollouts).flatMap(([example_id, list]) =>
    list.map((one) => ({ example_id, reward: one === "error" ? null : one, metrics: {}, errored: one === "error", truncated: false })),
  )
  const statistics = runStatistics("run", samples, 1)
  for (const [errors, expected] of [
    ["zero", statistics.reward_errors_as_zero],
    ["excluded", statistics.reward_scored],
  ] as const) {
    const found = meanOfExamples(run(rollouts), errors)
    expect(found.mean).toBeCloseTo(Number(expected?.mean), 12)
    expect(found.interval95?.low).toBeCloseTo(Number(expected?.interval95?.low), 12)
    expect(found.interval95?.high).toBeCloseTo(Number(expected?.interval95?.high), 12)
  }
  expect(meanOfExamples(run({ a: ["error"] }), "excluded")).toEqual({ mean: null, interval95: null })
})

describe("ranks", () => {
  /** 200 examples, of which the first `passed` are solved. */
  const solving = (passed: number) => single(Array.from({ length: 200 }, (_, i) => Number(i < passed)))
  const ranked = (runs: RunExamples[]) => {
    const means = runs.map((one) => meanOfExamples(one, "zero").mean ?? Number.NaN)
    return rankRuns(alignExamples(runs, "zero"), means)
  }

  test("runs that differ surely have one place each", () => {
    expect(ranked([solving(40), solving(160), solving(100)])).toEqual({
      ranks: [
        { from: 3, to: 3 },
        { from: 1, to: 1 },
        { from: 2, to: 2 },
      ],
      groups: [[1], [2], [0]],
    })
  })

  test("what cannot be told apart is one group, and a run may be in two", () => {
    expect(ranked([solving(100), solving(103), solving(101)])).toEqual({
      ranks: Array(3).fill({ from: 1, to: 3 }),
      groups: [[1, 2, 0]],
    })
    // Six examples apart are too few, twelve are enough.
    const { groups, ranks } = ranked([solving(100), solving(106), solving(112)])
    expect(groups).toEqual([
      [2, 1],
      [1, 0],
    ])
    expect(ranks).toEqual([
      { from: 2, to: 3 },
      { from: 1, to: 3 },
      { from: 1, to: 2 },
    ])
  })

  test("a run without any reward may have every place", () => {
    expect(ranked([solving(100), run({ x: ["error"] })]).ranks).toEqual(Array(2).fill({ from: 1, to: 2 }))
  })
})

import { expect, test } from "vitest"
import type { RunEstimate, RunFacts } from "@/contract/index.ts"
import { roughDuration } from "@/contract/text/amount-text.ts"
import { expectedRun } from "./run-estimate.ts"

const run: RunFacts = {
  rollouts: 40,
  tokens_per_rollout: 1000.4,
  cost_usd_per_rollout: 0.0021,
  cost_variation: 0.4,
  seconds_per_rollout: 8,
  seconds_variation: 0.4,
  other_seconds: 20,
}
const of = (earlier: RunFacts[], more: Partial<RunEstimate> = {}): RunEstimate => ({
  runs: earlier.length,
  rollouts: 120,
  same_model: true,
  prompt_tokens_per_rollout: 900,
  completion_tokens_per_rollout: 100.4,
  cost_usd_per_rollout: 0.0021,
  examples: null,
  earlier,
  rewards: null,
  ...more,
})

test("what a run costs and takes is shown with its range and the runs it is estimated from", () => {
  const expected = expectedRun([of([run, run, run])], 200, 32)
  expect(expected).toMatchObject({
    cost: { text: "≈ $0.42" },
    tokens: "200.1k tokens",
    time: { text: "≈ 70 s" },
    source: "from 3 earlier runs",
  })
  const [low, high] = String(expected?.cost?.range)
    .split(" to ")
    .map((text) => Number(text.slice(1)))
  expect(low).toBeGreaterThan(0.3)
  expect(low).toBeLessThan(0.42)
  expect(high).toBeGreaterThan(0.42)
  expect(high).toBeLessThan(0.6)
  expect(expectedRun([of([run], { same_model: false })], 200, 32)?.source).toBe("from an earlier run with another model")
})

test("while the number of rollouts is not known it is said of one", () => {
  expect(expectedRun([of([run])], null, 32)).toEqual({
    cost: { text: "≈ $0.0021 per rollout", range: null },
    tokens: "1k tokens per rollout",
    time: null,
    source: "from an earlier run",
  })
})

test("without a price there are tokens and time, what is free says so, and without earlier runs there is nothing", () => {
  const unpriced = of([{ ...run, cost_usd_per_rollout: null }], { cost_usd_per_rollout: null })
  expect(expectedRun([unpriced], 10, 32)).toMatchObject({ cost: null, tokens: "10k tokens" })
  expect(expectedRun([of([{ ...run, cost_usd_per_rollout: 0 }])], 10, 32)?.cost).toEqual({ text: "free", range: null })
  expect(expectedRun([of([])], 10, 32)).toBeNull()
  expect(expectedRun([], 10, 32)).toBeNull()
})

test("several models cost what they cost together, and take as long as the slowest", () => {
  const slow = of([{ ...run, cost_usd_per_rollout: 0.01, seconds_per_rollout: 80 }], { same_model: false })
  expect(expectedRun([of([run]), slow], 100, 10)).toMatchObject({
    cost: { text: "≈ $1.21" },
    time: { text: "≈ 14 min" },
    source: "from 2 earlier runs, some with other models",
  })
  expect(expectedRun([of([run]), of([])], 100, 10)).toBeNull()
})

test.each([
  [0.2, "1 s"],
  [45.4, "45 s"],
  [240, "4 min"],
  [9000, "2.5 h"],
])("%d seconds are about %s", (seconds, text) => {
  expect(roughDuration(seconds)).toBe(text)
})

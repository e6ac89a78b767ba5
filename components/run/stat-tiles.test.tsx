import { screen } from "@testing-library/react"
import { expect, test } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { shownFacts } from "@/components/testing/facts.ts"
import { show } from "@/components/testing/show.tsx"
import type { RunStatistics } from "@/contract/index.ts"
import { StatTiles } from "./stat-tiles.tsx"

const statistics = (values: object = {}): RunStatistics =>
  ({
    evaluation_id: "e1",
    samples: 10,
    examples: 5,
    errored: 1,
    truncated: 0,
    reward: { mean: 0.625, interval95: { low: 0.41234, high: 0.8, approximate: false } },
    reward_without_errors: 0.7,
    reward_scored: { mean: 0.7, interval95: { low: 0.5, high: 0.9, approximate: false } },
    metrics: [],
    pass_at_k: [
      { k: 1, pass_at: 0.6, pass_all: 0.6 },
      { k: 2, pass_at: 0.8, pass_all: 0.4 },
    ],
    pass_threshold: 1,
    by_example: [],
    ...values,
  }) as unknown as RunStatistics

const begun = { status: "RUNNING", total_samples: 0, progress: null }
const nothing = statistics({
  samples: 0,
  examples: 0,
  errored: 0,
  reward: null,
  reward_without_errors: null,
  reward_scored: null,
  pass_at_k: [],
})

function tilesOf(run: object, values: RunStatistics): Record<string, string> {
  show(<StatTiles run={aRun(run)} statistics={values} />)
  return shownFacts()
}

test("a completed run has all its numbers", () => {
  const usage = { prompt_tokens: 900, cached_tokens: 0, completion_tokens: 100, reasoning_tokens: 0, requests: 10, cost_usd: 0.5 }
  expect(tilesOf({ usage }, statistics({ median_duration_ms: 2400 }))).toEqual({
    "Mean reward": "0.625 0.41 to 0.8 | 5 examples × 2",
    "Without errors": "0.7 0.5 to 0.9 | 9 rollouts",
    Errors: "10% | 1 of 10",
    Truncated: "0% | 0 of 10",
    "pass@2": "0.8 | all 2 pass: 0.4",
    Tokens: "1k | 900 in, 100 out",
    Cost: "$0.50 | $0.05 per rollout",
    "Median rollout": "2.4 s | generation and scoring",
  })
})

test("while a run is under way its counts are those of its row, from which the rest of the page counts", () => {
  const run = { status: "RUNNING", total_samples: 1400, progress: { total: 2000, started: 1410, done: 1400, errored: 140 } }
  const lagging = statistics({ samples: 1360, errored: 130, examples: 680 })
  expect(tilesOf(run, lagging)).toMatchObject({ Errors: "10% | 140 of 1,400", "Without errors": "0.7 0.5 to 0.9 | 1,260 rollouts" })
})

test("a run that has just begun shows no number, and keeps the place of those to come", () => {
  expect(tilesOf({ ...begun, eval_config: { rollouts_per_example: 6 } }, nothing)).toMatchObject({
    "Mean reward": "– | no rollouts yet",
    Errors: "– | 0 of 0",
    "pass@4": "– | after a whole example",
    Cost: "– | no requests yet",
  })
})

test("what is so far is said to be", () => {
  const one = statistics({ samples: 1, examples: 1, reward: { mean: 1, interval95: null } })
  expect(tilesOf({ ...begun, total_samples: 1 }, one)).toMatchObject({ "Mean reward": "1 | 1 example × 1, so far" })
  expect(screen.getByText(/An interval needs at least two examples\.$/)).toBeTruthy()
})

test.each([
  ["has one rollout of each example", { ...begun, eval_config: { rollouts_per_example: 1 } }],
  ["ended before a whole example", { status: "FAILED" }],
])("a run that %s has no pass@k", (_, run) => {
  expect(Object.keys(tilesOf(run, nothing)).filter((name) => name.startsWith("pass@"))).toEqual([])
})

test("the counts of errors and of truncated rollouts lead to them, and warn when they are many", () => {
  tilesOf({}, statistics({ errored: 6, truncated: 2 }))
  const links = screen.getAllByRole("link").map((link) => [link.textContent, link.getAttribute("href")])
  expect(links).toEqual([
    ["6 of 10", "/dashboard/evaluations/e1/samples?outcome=error"],
    ["2 of 10", "/dashboard/evaluations/e1/samples?outcome=truncated"],
  ])
  expect(screen.getByText("60%").parentElement?.className).toContain("text-danger")
  expect(screen.getByText("20%").parentElement?.className).toContain("text-warning")
})

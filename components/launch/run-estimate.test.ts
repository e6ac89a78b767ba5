import { expect, test } from "vitest"
import { expectedText } from "./run-estimate.ts"

const estimate = {
  runs: 3,
  rollouts: 120,
  same_model: true,
  prompt_tokens_per_rollout: 900,
  completion_tokens_per_rollout: 100.4,
  cost_usd_per_rollout: 0.0021,
  examples: null,
}

test("the expected cost of a run is shown with the runs it is estimated from", () => {
  expect(expectedText(estimate, 200)).toBe("≈ $0.42, 200.1k tokens, from 3 earlier runs")
  expect(expectedText({ ...estimate, runs: 1, same_model: false }, 200)).toBe(
    "≈ $0.42, 200.1k tokens, from an earlier run with another model",
  )
  expect(expectedText(estimate, null)).toBe("≈ $0.0021, 1k tokens per rollout, from 3 earlier runs")
})

test("without a price there are the tokens, without earlier runs there is nothing", () => {
  expect(expectedText({ ...estimate, cost_usd_per_rollout: null }, 10)).toBe("≈ 10k tokens, from 3 earlier runs")
  expect(expectedText({ ...estimate, cost_usd_per_rollout: 0 }, 10)).toBe("free, ≈ 10k tokens, from 3 earlier runs")
  expect(expectedText({ ...estimate, runs: 0 }, 10)).toBe(null)
})

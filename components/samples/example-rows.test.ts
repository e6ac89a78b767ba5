import { expect, test } from "vitest"
import type { SampleSummary } from "@/contract/index.ts"
import { exampleRows } from "./example-rows.ts"

const sample = (example: string, rollout: number, change: object = {}) =>
  ({
    sample_id: `${example}.${rollout}`,
    example_id: example,
    rollout_index: rollout,
    reward: 1,
    outcome: "ok",
    prompt_preview: `question ${example}`,
    completion_preview: "<answer>4</answer>",
    ...change,
  }) as SampleSummary

test("rollouts of an example are one row, with what most of them answered and their mean", () => {
  const rows = exampleRows([
    sample("7", 1, { reward: 0, completion_preview: "I say 5" }),
    sample("3", 0, { expected_preview: "4" }),
    sample("7", 0),
    sample("7", 2, { reward: 0.5 }),
  ])
  expect(rows.map(({ example }) => example)).toEqual(["7", "3"])
  expect(rows[0]?.rollouts.map(({ sample_id: id }) => id)).toEqual(["7.0", "7.1", "7.2"])
  expect(rows[0]).toMatchObject({ prompt: "question 7", answer: "4", otherAnswers: 1, expected: null })
  expect(rows[0]?.mean).toBeCloseTo(0.5, 12)
  expect(rows[1]).toMatchObject({ expected: "4", otherAnswers: 0, mean: 1 })
})

test("errors have no answer, and a missing reward no mean; huge rewards do not overflow", () => {
  const failed = { outcome: "error", reward: null, completion_preview: "" }
  expect(exampleRows([sample("1", 0, failed)])[0]).toMatchObject({ answer: null, otherAnswers: 0, mean: null })
  expect(exampleRows([sample("1", 0, { reward: 1e308 }), sample("1", 1, { reward: 1e308 })])[0]?.mean).toBe(1e308)
})

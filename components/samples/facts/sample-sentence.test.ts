import { expect, test } from "vitest"
import type { SampleSummary } from "@/contract/index.ts"
import { sampleSentence } from "./sample-sentence.ts"

const sample = (values: object) => ({ reward: 0.4, outcome: "ok", error: null, ...values }) as SampleSummary
const score = (name: string, value: number, weight: number | null) => ({ name, value, weight })

test("the reward and the parts that it is made of, the heaviest first", () => {
  const parts = [score("order_matches", 1, 0.4), score("num_turns", 1, 0), score("total_matches", 0, 1), score("closeness", 0.91, 0.1)]
  expect(sampleSentence(sample({}), parts, [])).toEqual({
    lead: "0.4",
    rest: "total_matches failed, order_matches passed, closeness 0.91.",
  })
})

test("metrics whose weight nobody knows say nothing about the reward", () => {
  expect(sampleSentence(sample({}), [score("num_turns", 1, null)], [])).toEqual({ lead: "0.4", rest: null })
})

test("an error, a missing reward and a limit are said", () => {
  expect(sampleSentence(sample({ outcome: "error", error: "ValueError: x\nmore" }), [], [])).toEqual({
    lead: "Error.",
    rest: "ValueError: x",
  })
  expect(sampleSentence(sample({ reward: null, outcome: "truncated" }), [], [])).toEqual({
    lead: "No reward.",
    rest: "cut off by a limit.",
  })
})

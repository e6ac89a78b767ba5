import { expect, test } from "vitest"
import { confidenceSequence } from "./confidence-sequence.ts"
import { againstOf, nextLook, questionOf, settledVerdict } from "./question.ts"

test("a configuration asks a margin, a threshold, both or nothing", () => {
  expect(questionOf({ stop_margin: 0.05 })).toEqual({ margin: 0.05, threshold: null })
  expect(questionOf({ stop_threshold: 0 })).toEqual({ margin: null, threshold: 0 })
  expect(questionOf({ num_examples: 5, stop_margin: null })).toBeNull()
  expect(questionOf(null)).toBeNull()
  expect(questionOf({ stop_against: "a" })).toEqual({ margin: null, threshold: 0 })
  expect(questionOf({ stop_against: "a", stop_margin: 0.1 })).toEqual({ margin: 0.1, threshold: null })
  expect(questionOf({ stop_against: "suite", stop_margin: 0.1 })).toEqual({ margin: 0.1, threshold: 0 })
  expect([againstOf({ stop_against: "a" }), againstOf({ stop_margin: 1 }), againstOf(null)]).toEqual(["a", null, null])
})

test("limits settle what lies wholly on one side, or within the margin", () => {
  const both = { margin: 0.1, threshold: 0.7 }
  expect(settledVerdict({ low: 0.71, high: 0.95 }, both)).toBe("above")
  expect(settledVerdict({ low: 0.3, high: 0.69 }, both)).toBe("below")
  expect(settledVerdict({ low: 0.65, high: 0.8 }, both)).toBe("margin")
  expect(settledVerdict({ low: 0.5, high: 0.8 }, both)).toBeNull()
  expect(settledVerdict({ low: 0.7, high: 0.9 }, { margin: null, threshold: 0.7 })).toBeNull()
})

test("looks become rarer, and never stay away", () => {
  expect([2, 10, 100, 10_000].map(nextLook)).toEqual([3, 11, 104, 10_400])
})

test("limits hold what is possible, close in on the mean, and keep to the scale of the rewards", () => {
  const margin = { margin: 0.05, threshold: null }
  const values = Array.from({ length: 100 }, (_, i) => Number(i % 4 > 0))
  expect(confidenceSequence([], 100, [0, 1], margin)).toEqual({ low: 0, high: 1 })
  const whole = confidenceSequence(values, 100, [0, 1], margin)
  expect(whole.low).toBeCloseTo(0.75, 9)
  expect(whole.high).toBeCloseTo(0.75, 9)
  const half = confidenceSequence(values.slice(0, 50), 100, [0, 1], margin)
  expect(half.low).toBeLessThan(0.75)
  expect(half.high).toBeGreaterThan(0.75)
  const scaled = confidenceSequence(
    values.slice(0, 50).map((value) => 10 * value - 5),
    100,
    [-5, 5],
    { margin: 0.5, threshold: null },
  )
  expect(scaled.low).toBeCloseTo(10 * half.low - 5, 6)
  expect(scaled.high).toBeCloseTo(10 * half.high - 5, 6)
})

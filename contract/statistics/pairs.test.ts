import { expect, test } from "vitest"
import { differencesOf, pairedDifference, verdictOf } from "./pairs.ts"

const times = (count: number, value: number): number[] => Array.from({ length: count }, () => value)

test("examples are paired by their id, those of one run alone left out", () => {
  const first = { exampleIds: ["a", "a", "b", "c", "d"], rewards: [1, 0, 1, 1, Number.NaN] }
  const second = { exampleIds: ["c", "a", "d", "e"], rewards: [0, 1, 1, 1] }
  expect(differencesOf(first, second)).toEqual([-1, 0.5])
})

test("runs that agree on every example still differ by something that was not seen", () => {
  for (const count of [2, 5, 20, 1000]) {
    const { low, high, approximate } = pairedDifference(times(count, 0))?.interval95 ?? {}
    expect(high).toBeGreaterThan(2.5 / (count + 1))
    expect(low).toBeCloseTo(-Number(high), 12)
    expect(approximate).toBe(false)
  }
})

test("the interval of the reverse is the mirror image, and a span stretches it", () => {
  const differences = [0.5, -0.25, 0, 1, 0.75, 0, 0]
  const found = pairedDifference(differences)
  const reverse = pairedDifference(differences.map((one) => -one))
  expect(reverse?.interval95.low).toBeCloseTo(-Number(found?.interval95.high), 12)
  const wide = pairedDifference(
    differences.map((one) => one * 4),
    4,
  )
  expect(wide?.interval95.high).toBeCloseTo(4 * Number(found?.interval95.high), 12)
  expect(found?.difference).toBeCloseTo(2 / 7, 12)
})

test("differences of an unknown span have the clustered t", () => {
  // Mean 2, deviation sqrt(2), error 1, times t(1).
  const found = pairedDifference([1, 3], null)
  expect(found?.interval95.high).toBeCloseTo(2 + 12.7062047361747, 9)
  expect(found?.interval95.approximate).toBe(true)
})

test("fewer than two examples have no difference", () => {
  expect(pairedDifference([1])).toBeNull()
  expect(pairedDifference([])).toBeNull()
  expect(pairedDifference([1], null)).toBeNull()
})

test("a verdict is sure, or says how many more examples would make it so", () => {
  const gains = (gained: number, same: number, lost = 0) => [...times(gained, 1), ...times(same, 0), ...times(lost, -1)]
  const of = (differences: number[], margin?: number) => {
    const found = pairedDifference(differences)
    return found && verdictOf(found, margin)
  }
  expect(of(gains(30, 70))).toEqual({ verdict: "better", more_examples: null })
  expect(of(gains(0, 70, 30))).toEqual({ verdict: "worse", more_examples: null })
  expect(of(gains(0, 1000), 0.02)).toEqual({ verdict: "equivalent", more_examples: null })
  expect(of(gains(0, 10), 0.02)).toEqual({ verdict: "cannot_tell", more_examples: null })
  const unsure = of(gains(6, 91, 3))
  expect(unsure?.verdict).toBe("cannot_tell")
  const more = Number(unsure?.more_examples)
  // With the same shares of gains and losses, as many examples do tell; with a third of them, they do not.
  const share = (total: number) => of(gains(Math.round(0.06 * total), Math.round(0.91 * total), Math.round(0.03 * total)))?.verdict
  expect(share(100 + more)).toBe("better")
  expect(share(100 + Math.round(more / 3))).toBe("cannot_tell")
})

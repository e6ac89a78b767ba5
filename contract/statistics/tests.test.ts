import { expect, test } from "vitest"
import { holm, mcnemarExact, wilcoxonSignedRank } from "./tests.ts"

// Expected values are those of SciPy 1.17.1 and statsmodels 0.15.0.

test.each([
  [0, 1, 1.0],
  [3, 3, 1.0],
  [1, 8, 0.0390625],
  [12, 30, 0.007915897334896727],
  [200, 260, 0.0058839224731039984],
  [0, 40, 1.8189894035458565e-12],
])("McNemar's exact test of %i gained and %i lost examples has p = %f", (gained, lost, p) => {
  expect(Math.abs(mcnemarExact(gained, lost) - p)).toBeLessThan(1e-11)
  expect(mcnemarExact(lost, gained)).toBe(mcnemarExact(gained, lost))
})

test("two runs that pass the same examples do not differ", () => {
  expect(mcnemarExact(0, 0)).toBe(1)
  expect(wilcoxonSignedRank([0, 0])).toBe(1)
  expect(wilcoxonSignedRank([])).toBe(1)
})

test.each([
  [9, 37, 2.03, 101, 0.02734375],
  [30, 41, 4.03, 103, 0.011303061619400978],
  [50, 59, 4.53, 107, 0.07885790741956278],
  [120, 61, 4.6, 109, 0.015024291909805946],
  [300, 7, 0.7, 17, 0.0006227755562051818],
])("Wilcoxon's test of %i differences (%i, %f, %i) has p = %f", (count, step, shift, modulus, p) => {
  const differences = Array.from({ length: count }, (_, i) => Number(((((i + 1) * step) % modulus) / 10 - shift).toFixed(6)))
  expect(Math.abs(wilcoxonSignedRank(differences) - p)).toBeLessThan(1e-9)
  expect(Math.abs(wilcoxonSignedRank(differences.map((one) => -one)) - p)).toBeLessThan(1e-9)
})

test("ties are counted out, too: the same as going through all signs", () => {
  expect(wilcoxonSignedRank([0.5, 0.5, -0.5, 1, -1, 1, 1, 0.25, 0, 0.25, 0.75])).toBeCloseTo(0.13671875, 12)
})

test("Holm's p-values keep their order", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005, 0.6, 0.6])
  for (const [i, p] of [0.05, 0.12, 0.12, 0.03, 1, 1].entries()) expect(adjusted[i]).toBeCloseTo(p, 12)
  expect(holm([])).toEqual([])
})

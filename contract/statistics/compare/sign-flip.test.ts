import { expect, test } from "vitest"
import { mcnemarExact } from "../tests.ts"
import { signFlipTest } from "./sign-flip.ts"

/** Every choice of signs, without any of the test's own shortcuts. */
function goingThroughAll(differences: readonly number[]): number {
  const least = Math.abs(differences.reduce((sum, one) => sum + one, 0)) - 1e-9
  let found = 0
  for (let signs = 0; signs < 2 ** differences.length; signs++) {
    const sum = differences.reduce((all, one, i) => all + ((signs >> i) & 1 ? one : -one), 0)
    if (Math.abs(sum) >= least) found++
  }
  return found / 2 ** differences.length
}

const spread = (count: number, shift = 0.2) => Array.from({ length: count }, (_, i) => (((i * 37) % 41) / 41 - 0.5 + shift) * (1 + (i % 3)))

test.each([[[0.5]], [[0.5, -0.25]], [[0.1, 0.2, 0.3, -0.3]], [[0, 0, 1, -0.5, 0.75, 0.75, -0.1, 0.3]], [spread(12)]])(
  "%j has the p-value of all signs",
  (differences) => {
    expect(signFlipTest(differences)).toBeCloseTo(goingThroughAll(differences), 12)
    expect(signFlipTest(differences.map((one) => -one))).toBeCloseTo(goingThroughAll(differences), 12)
  },
)

// Expected values are those of SciPy 1.17.1 (permutation_test of samples); the last two it draws itself, 400,000 and 200,000 times.
test.each([
  [12, 0.2, 0.0849609375, 1e-12],
  [16, 0.2, 0.01165771484375, 1e-12],
  [60, 0.05, 0.32773, 0.012],
  [300, 0.03, 0.29908, 0.012],
])("of %i differences shifted by %f it is that of SciPy", (count, shift, p, tolerance) => {
  expect(Math.abs(signFlipTest(spread(count, shift)) - p)).toBeLessThan(tolerance)
})

test.each([
  [1, 8],
  [5, 9],
  [0, 12],
])("of %i gained and %i lost examples it is McNemar's exact test", (gained, lost) => {
  const differences = [...Array(gained).fill(1), ...Array(lost).fill(-1), 0, 0, 0]
  expect(signFlipTest(differences)).toBeCloseTo(mcnemarExact(gained, lost), 12)
})

test("drawn signs and the normal sum are near McNemar's exact test, and the same each time", () => {
  for (const [gained, lost] of [
    [30, 15],
    [60, 90],
    [260, 200],
  ] as const) {
    const differences = [...Array(gained).fill(1), ...Array(lost).fill(-1)]
    const p = signFlipTest(differences)
    // A normal sum has no steps: half of one is the difference there.
    expect(Math.abs(p - mcnemarExact(gained, lost))).toBeLessThan(0.01)
    expect(signFlipTest(differences)).toBe(p)
  }
})

test("no difference, and the largest doubles", () => {
  expect(signFlipTest([])).toBe(1)
  expect(signFlipTest([0, 0])).toBe(1)
  expect(signFlipTest([1, -1])).toBe(1)
  expect(signFlipTest([1e299, 1e299, 1e299, 1e299])).toBeCloseTo(1 / 8, 12)
})

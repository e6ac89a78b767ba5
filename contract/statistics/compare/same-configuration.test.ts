import { expect, test } from "vitest"
import { calledDifferent } from "./same-configuration.ts"

test.each([
  ["one rollout each, 0 or 1", Array.from({ length: 200 }, (_, i) => [1, 0, -1, 0][i % 4] as number), 1],
  ["graded", Array.from({ length: 80 }, (_, i) => Math.sin(i * 12.9898)), 1],
  ["of an unknown range", Array.from({ length: 80 }, (_, i) => 40 * Math.sin(i * 12.9898)), null],
])("two runs that differ by chance are called different seldom: %s", (_, differences, span) => {
  const { draws, called_different: called } = calledDifferent(differences, span)
  expect(draws).toBe(1000)
  expect(called).toBeGreaterThan(0)
  // 5 % and three standard errors of 1,000 draws.
  expect(called / draws).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / draws))
})

test("a run that cannot differ is never called so, and many examples take fewer draws", () => {
  expect(calledDifferent([], 1)).toEqual({ draws: 1000, called_different: 0 })
  expect(calledDifferent([0, 0, 0], 1)).toEqual({ draws: 1000, called_different: 0 })
  expect(calledDifferent(new Float64Array(20_000), 1).draws).toBe(100)
})

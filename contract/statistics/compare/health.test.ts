import { expect, test } from "vitest"
import { alignExamples } from "./examples.ts"
import { examplesHealth } from "./health.ts"

const run = (rewards: Record<string, number>) => ({
  ids: Object.keys(rewards),
  sums: Float64Array.from(Object.values(rewards)),
  scored: new Float64Array(Object.keys(rewards).length).fill(1),
  errored: new Float64Array(Object.keys(rewards).length),
  low: 0,
  high: 1,
  isBinary: false,
})
const health = (...runs: Record<string, number>[]) => examplesHealth(alignExamples(runs.map(run), "zero"))

// Expected values are those of numpy.corrcoef (2.4.6) of each column and the mean of the other columns.
test("discrimination is the correlation of an example with all others over the runs", () => {
  const { against, against_count, shared, alike } = health(
    { a: 0, b: 0.1, wrong: 1, same: 1 },
    { a: 0.4, b: 0.3, wrong: 0.8, same: 1 },
    { a: 0.7, b: 0.9, wrong: 0.3, same: 1 },
    { a: 1, b: 0.8, wrong: 0.2, same: 1 },
    { a: 0.9, b: 1, wrong: 0.1, same: 1, only: 0.5 },
  )
  expect([shared, alike, against_count]).toEqual([4, 1, 1])
  expect(against?.[0]?.example_id).toBe("wrong")
  expect(against?.[0]?.discrimination).toBeCloseTo(-0.9944163244862446, 12)
})

test("with fewer than four runs nothing is said of discrimination, and columns go from hard to easy", () => {
  const found = health({ a: 1, b: 0, c: 0.5 }, { a: 1, b: 0.25, d: 0.75 })
  expect(found.against).toBeNull()
  expect(found.columns).toEqual([
    { first_example: "b", examples: 1, means: [0, 0.25] },
    { first_example: "c", examples: 1, means: [0.5, null] },
    { first_example: "d", examples: 1, means: [null, 0.75] },
    { first_example: "a", examples: 1, means: [1, 1] },
  ])
})

test("many examples share columns", () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`e${i}`, i / 1000]))
  const { columns } = health(many, many)
  expect(columns).toHaveLength(167)
  expect(columns.reduce((sum, { examples }) => sum + examples, 0)).toBe(1001)
  expect(columns[0]?.means[0]).toBeCloseTo(0.0025, 12)
})

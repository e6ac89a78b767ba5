import { expect, test } from "vitest"
import { randomFrom } from "../testing/random.ts"
import { type Measured, partedMetrics } from "./parted-metrics.ts"

type Random = () => number

interface Run {
  rollouts: number
  /** How often a rollout passes. */
  passing: number
  /** How often the judge differs from the exact match by chance. */
  noise?: number
  /** How often the judge passes what is wrong. */
  fooled?: number
}

/** An exact match, a judge that says nearly the same, a graded score around it, and one that has nothing to do with them; two rollouts an example. */
function runOf(random: Random, { rollouts, passing, noise = 0.01, fooled = 0 }: Run): Measured[] {
  return Array.from({ length: rollouts }, (_, i) => {
    const exact = Number(random() < passing)
    const heard = random() < noise ? 1 - exact : exact
    const judge = heard === 0 && random() < fooled ? 1 : heard
    const graded = 0.15 + 0.7 * judge + 0.1 * (random() - 0.5)
    return { example_id: String(Math.floor(i / 2)), values: { exact, judge, graded, length: random() } }
  })
}

const sizes = [60, 120, 300]
const trials = 200

test("at most 2 % of clean runs are listed, whatever share of rollouts passes now and before", () => {
  const random = randomFrom(5)
  let listed = 0
  let all = 0
  for (let i = 0; i < trials; i++)
    for (const rollouts of sizes) {
      const noise = 0.02 * random()
      const earlier = Array.from({ length: 1 + Math.floor(4 * random()) }, () =>
        runOf(random, { rollouts: 60 + Math.floor(200 * random()), passing: 0.3 + 0.4 * random(), noise }),
      )
      all++
      if (partedMetrics(runOf(random, { rollouts, passing: 0.02 + 0.96 * random(), noise }), earlier).length > 0) listed++
    }
  expect(listed / all).toBeLessThanOrEqual(0.02)
})

test("a judge that is fooled is found with the rollouts that fool it, and once, however many metrics follow it", () => {
  const random = randomFrom(6)
  let found = 0
  for (let i = 0; i < trials; i++) {
    const earlier = [0, 1].map(() => runOf(random, { rollouts: 100, passing: 0.5 }))
    const now = runOf(random, { rollouts: 120, passing: 0.4, fooled: 0.3 })
    const [first, ...more] = partedMetrics(now, earlier)
    if (!first) continue
    found++
    expect(more).toEqual([])
    expect(first.name).toMatch(/^have exact and (judge|graded) part|^have graded and exact part|^have exact and graded part/)
    const right = first.rows.filter(({ values }) => values.judge !== values.exact).length
    expect(right / first.rows.length).toBeGreaterThanOrEqual(0.9)
  }
  expect(found / trials).toBeGreaterThanOrEqual(0.95)
})

test("what never agreed, or was seen too little, is not listed", () => {
  const random = randomFrom(7)
  const now = runOf(random, { rollouts: 120, passing: 0.5, fooled: 0.9 })
  expect(partedMetrics(now, [])).toEqual([])
  expect(partedMetrics(now, [runOf(random, { rollouts: 20, passing: 0.5 })])).toEqual([])
  expect(partedMetrics(now, [runOf(random, { rollouts: 100, passing: 0.5, noise: 0.4 })])).toEqual([])
  const agreed = runOf(random, { rollouts: 100, passing: 0.5 })
  expect(partedMetrics(now, [agreed]).length).toBe(1)
  // A run in which they did not agree: it is no news.
  expect(partedMetrics(now, [agreed, runOf(random, { rollouts: 100, passing: 0.5, fooled: 0.5 })])).toEqual([])
})

test("the author's word takes the place of earlier runs", () => {
  const random = randomFrom(8)
  const now = runOf(random, { rollouts: 100, passing: 0.5, fooled: 0.4 })
  const [named] = partedMetrics(now, [], [["judge", "exact"]])
  expect(named?.name).toMatch(/^have exact and judge part, which the author says agree \(r 0\.\d+\)$/)
  expect(named?.rows.every(({ values }) => values.judge !== values.exact)).toBe(true)
  expect(partedMetrics(runOf(random, { rollouts: 100, passing: 0.5 }), [], [["judge", "exact"]])).toEqual([])
})

import { expect, test } from "vitest"
import { clusterNumbers, clusterOf } from "./clusters.ts"
import { alignExamples, meanOfExamples, type RunExamples } from "./compare/examples.ts"
import { comparePair } from "./compare/pair.ts"
import { signFlipTest } from "./compare/sign-flip.ts"
import { meanInterval } from "./interval.ts"
import { pairedDifference } from "./pairs.ts"
import { type ScoreColumns, statisticsOfScores } from "./statistics.ts"

test("a cluster is read at the end of a path, also through JSON in a text; what is no name stands for none", () => {
  expect(clusterOf({ info: { document: "a" } }, "info.document")).toBe("a")
  expect(clusterOf({ info: '{"document": 7}' }, "info.document")).toBe("7")
  expect(clusterOf({ task: "easy" }, "task")).toBe("easy")
  for (const row of [{}, { info: null }, { info: "{document" }, { info: { document: {} } }, { info: { document: "" } }, { info: [] }])
    expect(clusterOf(row, "info.document")).toBeNull()
  expect(clusterOf({}, "constructor.name")).toBeNull()
  expect(clusterOf({ a: "x".repeat(500) }, "a")).toHaveLength(200)
})

test("examples without a cluster are clusters of their own, also where one is called as an example", () => {
  const of = new Map([
    ["1", "2"],
    ["3", "2"],
  ])
  const { numbers, count } = clusterNumbers(["1", "2", "3", "4"], { by: "x", of })
  expect([[...numbers], count]).toEqual([[0, 1, 0, 2], 3])
})

/** Numbers from 0 to 1, always the same ones. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const documents = 20
const questions = 10
const ids = Array.from({ length: documents * questions }, (_, i) => String(i))
const clustering = { by: "info.document", of: new Map(ids.map((id, i) => [id, `document ${Math.floor(i / questions)}`])) }

/** A run whose documents are hard or easy as a whole: most of the variance lies between them. */
function aRun(next: () => number): ScoreColumns {
  const hardness = Array.from({ length: documents }, () => (next() < 0.5 ? 0.1 : 0.9))
  return {
    exampleIds: ids,
    rewards: Float64Array.from(ids, (_, i) => Number(next() < (hardness[Math.floor(i / questions)] as number))),
    metrics: ids.map(() => ({})),
    outcomes: ids.map(() => "ok" as const),
    durations: new Float64Array(ids.length).fill(Number.NaN),
  }
}

test("intervals of examples that belong together are those of the groups, and cover where those of the examples do not", () => {
  const next = random(1)
  const covered = { examples: 0, groups: 0 }
  const runs = 400
  for (let run = 0; run < runs; run++) {
    const scores = aRun(next)
    const plain = statisticsOfScores("r", scores).reward?.interval95
    const grouped = statisticsOfScores("r", scores, undefined, null, null, clustering)
    const interval = grouped.reward?.interval95
    if (run === 0) {
      expect(grouped.clusters).toEqual({ by: "info.document", count: documents })
      const numbers = ids.map((_, i) => Math.floor(i / questions))
      expect(interval).toEqual(meanInterval({ values: [...scores.rewards], examples: numbers }, [0, 1]))
    }
    if (plain && plain.low <= 0.5 && plain.high >= 0.5) covered.examples++
    if (interval && interval.low <= 0.5 && interval.high >= 0.5) covered.groups++
  }
  expect(covered.groups / runs).toBeGreaterThan(0.94 - 3 * Math.sqrt((0.94 * 0.06) / runs))
  expect(covered.examples / runs).toBeLessThan(0.75)
})

function examplesOf({ rewards }: ScoreColumns, grouped: boolean): RunExamples {
  return {
    ids,
    sums: rewards,
    scored: new Float64Array(ids.length).fill(1),
    errored: new Float64Array(ids.length),
    low: 0,
    high: 1,
    isBinary: true,
    clustering: grouped ? clustering : null,
  }
}

test("a comparison takes groups for single observations: in the mean, the difference and its test", () => {
  const next = random(7)
  const covered = { examples: 0, groups: 0 }
  const runs = 300
  for (let run = 0; run < runs; run++) {
    // Without a difference on the whole, though each document is better for one of both.
    const [first, second] = [aRun(next), aRun(next)]
    const plain = comparePair(alignExamples([examplesOf(first, false), examplesOf(second, false)], "zero"), 0, 1)
    const aligned = alignExamples([examplesOf(first, true), examplesOf(second, true)], "zero")
    const pair = comparePair(aligned, 0, 1)
    if (plain.verdict === "cannot_tell") covered.examples++
    if (pair.verdict === "cannot_tell") covered.groups++
    if (run > 0) continue
    expect(meanOfExamples(examplesOf(first, true), "zero").interval95).toEqual(
      statisticsOfScores("r", first, undefined, null, null, clustering).reward?.interval95,
    )
    const sums = Array.from({ length: documents }, (_, d) =>
      ids
        .slice(d * questions, (d + 1) * questions)
        .reduce((sum, id) => sum + (second.rewards[Number(id)] as number) - (first.rewards[Number(id)] as number), 0),
    )
    expect(pair.test).toBe("sign_flip")
    expect(pair.p_value).toBe(signFlipTest(sums))
    expect(plain.test).toBe("mcnemar")
  }
  expect(covered.groups / runs).toBeGreaterThan(0.94 - 3 * Math.sqrt((0.94 * 0.06) / runs))
  expect(covered.examples / runs).toBeLessThan(0.8)
})

test("groups of one example each change nothing", () => {
  const differences = Array.from({ length: 30 }, (_, i) => ((i * 7) % 5) / 4 - 0.4)
  const each = { numbers: differences.map((_, i) => i), count: differences.length }
  const [plain, grouped] = [pairedDifference(differences), pairedDifference(differences, 1, each)]
  expect(grouped?.interval95.low).toBeCloseTo(plain?.interval95.low as number, 12)
  expect(grouped?.interval95.high).toBeCloseTo(plain?.interval95.high as number, 12)
})

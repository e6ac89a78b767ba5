import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import { meanInterval } from "../contract/statistics/interval.ts"
import { pairedDifference } from "../contract/statistics/pairs.ts"
import { coverage } from "./coverage.mjs"
import { coverageOf, leastCoverage, pairCoverageOf } from "./lib/coverage.mjs"
import { KINDS, randomOf } from "./lib/simulated-runs.mjs"

// Seeded, so that it is the same run every time; `npm run bench -- coverage` does eight sizes, eleven means and 20,000 runs a cell.
test.each(Object.keys(KINDS))(
  "the interval of a mean of %s rewards holds the true mean in at least 94 % of runs",
  { timeout: 120_000 },
  (kind) => {
    const runs = 1000
    let seed = 0
    for (const examples of [5, 20, 60])
      for (const rollouts of [1, 4])
        for (const mean of [0.02, 0.2, 0.5, 0.9])
          for (const icc of [0, 0.7]) {
            const cell = { examples, rollouts, mean, icc, pool: 3000 }
            const found = coverageOf(kind, cell, { runs, seed: seed++, methods: ["ours"] })
            if (!found) continue
            expect(found.ours?.coverage, JSON.stringify(cell)).toBeGreaterThanOrEqual(leastCoverage(runs))
            expect(found.ours?.width).toBeLessThan(1)
          }
  },
)

test("the interval of a paired difference holds the true one in at least 94 % of comparisons", { timeout: 120_000 }, () => {
  const runs = 400
  let seed = 0
  for (const examples of [5, 30])
    for (const rollouts of [1, 4])
      for (const difference of [0, 0.02, 0.3])
        for (const correlation of [0, 0.9]) {
          const cell = { examples, rollouts, mean: 0.5, difference, correlation }
          expect(pairCoverageOf(cell, { runs, seed: seed++ }).ours?.coverage, JSON.stringify(cell)).toBeGreaterThanOrEqual(
            leastCoverage(runs),
          )
        }
})

test("a second implementation in plain Python agrees on intervals of runs of any shape", () => {
  const random = randomOf(5)
  const runs = Array.from({ length: 120 }, (_, i) => {
    const top = random()
    return Array.from({ length: 2 + Math.floor(random() * (i % 10 === 0 ? 300 : 20)) }, () =>
      Array.from({ length: 1 + Math.floor(random() * 5) }, () => (i % 3 === 0 ? random() ** 2 : random() < top ? 1 : 0)),
    )
  })
  const certain = [0, 1, 0.5].map((reward) => Array.from({ length: 7 }, () => [reward, reward]))
  const cases = [...runs, ...certain]
  const ours = cases.map((examples) => {
    const series = { values: examples.flat(), examples: examples.flatMap((rewards, i) => rewards.map(() => i)) }
    const interval = meanInterval(series, [0, 1])
    return [interval?.low, interval?.high]
  })
  const theirs = inPython(cases.map((rewards) => ({ rewards })))
  ours.forEach((limits, i) => {
    limits.forEach((limit, end) => {
      expect(Math.abs(Number(limit) - Number(theirs[i]?.[end])), JSON.stringify(cases[i])).toBeLessThan(1e-9)
    })
  })
})

test("it agrees on paired differences, too", () => {
  const random = randomOf(6)
  const grades = [-1, -0.5, 0, 0, 0, 0.5, 1]
  const cases = Array.from({ length: 60 }, (_, i) =>
    Array.from({ length: 2 + i }, () => (i % 10 === 0 ? 0 : i % 2 === 0 ? random() - 0.5 : Number(grades[Math.floor(random() * 7)]))),
  )
  const theirs = inPython(cases.map((differences) => ({ differences })))
  cases.forEach((differences, i) => {
    const ours = pairedDifference(differences)?.interval95
    expect(Math.abs(Number(ours?.low) - Number(theirs[i]?.[0]))).toBeLessThan(1e-9)
    expect(Math.abs(Number(ours?.high) - Number(theirs[i]?.[1]))).toBeLessThan(1e-9)
  })
})

/** The intervals of `lib/interval.py`. @param {object[]} cases @returns {number[][]} */
function inPython(cases) {
  const python = String(process.env.PYTHON_BASE)
  return JSON.parse(
    execFileSync(python, [join(import.meta.dirname, "lib/interval.py")], { input: JSON.stringify(cases), encoding: "utf8" }),
  )
}

test("the grid is measured in parts: what was kept is left out, also after a stop in the middle of a line", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "he-coverage-"))
  const file = join(folder, "cells.jsonl")
  const said = vi.spyOn(console, "log").mockReturnValue(undefined)
  const measure = async () => {
    said.mockClear()
    await coverage(["2", "paired", "--keep", file])
    return said.mock.calls.map(([text]) => String(text)).join("")
  }
  try {
    expect(await measure()).toContain("measured 1152 of 1152 cells")
    const whole = readFileSync(file, "utf8")
    const half = whole.indexOf("\n", whole.length / 2) + 1
    truncateSync(file, half + 20)
    const left = whole.slice(half).split("\n").length - 1
    expect(await measure()).toContain(`measured ${left} of 1152 cells`)
    expect(readFileSync(file, "utf8")).toBe(whole)
    expect(await measure()).toContain("measured 0 of 1152 cells")
    await expect(coverage(["2", "paired", "--keep"])).rejects.toThrow("--keep needs the name of a file")
  } finally {
    said.mockRestore()
    rmSync(folder, { recursive: true })
  }
})

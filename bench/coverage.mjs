import { say } from "../scripts/lib/say.mjs"
import { coverageOf, leastCoverage, pairCoverageOf } from "./lib/coverage.mjs"
import { KINDS } from "./lib/simulated-runs.mjs"

/**
 * @typedef {{ cell: Record<string, number>, coverage: number, width: number }} Row
 */

const EXAMPLES = [5, 10, 20, 30, 50, 100, 200, 500]
const ROLLOUTS = [1, 2, 4, 8]
const MEANS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98]
const CORRELATIONS = [0, 0.3, 0.7]

/** @param {string} kind */
function* cellsOf(kind) {
  // One 0/1 rollout of each example says nothing about the examples.
  for (const examples of EXAMPLES)
    for (const rollouts of ROLLOUTS)
      for (const mean of MEANS)
        for (const icc of CORRELATIONS) if (kind !== "0/1" || rollouts > 1 || icc === 0) yield { examples, rollouts, mean, icc }
}

const DIFFERENCES = [0, 0.02, 0.1, 0.3]
const AGREEMENTS = [0, 0.5, 0.9]
/** What the differences of two runs are called among the kinds of rewards. */
const PAIRED = "paired"

function* pairCells() {
  for (const examples of EXAMPLES)
    for (const rollouts of ROLLOUTS)
      for (const mean of [0.05, 0.3, 0.65])
        for (const difference of DIFFERENCES)
          for (const correlation of AGREEMENTS) yield { examples, rollouts, mean, difference, correlation }
}

const average = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`

/**
 * How often 95 % intervals of a mean hold the true one, and how wide they are: ours beside others, over sizes, means, correlations and kinds
 * of rewards, and of the paired difference of two runs. Arguments: simulated runs per cell (20,000), then kinds of rewards or `paired` (all).
 * @param {string[]} args
 */
export async function coverage([given, ...kinds]) {
  const runs = given ? Number(given) : 20_000
  const floor = leastCoverage(runs)
  say(`${runs} simulated runs a cell; a cell holds from ${percent(floor)} on`)
  for (const kind of kinds.length > 0 ? kinds : [...Object.keys(KINDS), PAIRED]) {
    if (kind !== PAIRED && !KINDS[kind]) throw new Error(`Which rewards? ${[...Object.keys(KINDS), PAIRED].join(", ")}`)
    /** @type {Map<string, Row[]>} */
    const rows = new Map()
    let seed = 1
    const found =
      kind === PAIRED
        ? [...pairCells()].map((cell) => pairCoverageOf(cell, { runs, seed: seed++ }))
        : [...cellsOf(kind)].map((cell) => coverageOf(kind, cell, { runs, seed: seed++ }))
    for (const cell of found) for (const [name, row] of Object.entries(cell ?? {})) rows.set(name, [...(rows.get(name) ?? []), row])
    report(kind, rows, floor)
  }
}

/** @param {string} kind @param {Map<string, Row[]>} rows @param {number} floor */
function report(kind, rows, floor) {
  const by = kind === PAIRED ? "t" : "Korn–Graubard"
  const reference = rows.get(by) ?? []
  say(`\n${kind === PAIRED ? "paired differences" : `${kind} rewards`}, ${reference.length} cells; width as a part of ${by}'s`)
  for (const [name, own] of rows) {
    const covered = own.map(({ coverage }) => coverage)
    const width = average(own.map((row, i) => row.width / /** @type {Row} */ (reference[i]).width))
    const worst = [...own].sort((a, b) => a.coverage - b.coverage).slice(0, 3)
    const places = worst.map(
      ({ coverage, cell: { examples, rollouts, ...rest } }) =>
        `${percent(coverage)} at ${examples} × ${rollouts}, ${Object.entries(rest)
          .map((entry) => entry.join(" "))
          .join(", ")}`,
    )
    say(
      `  ${name.padEnd(14)} mean ${percent(average(covered))}, cells that do not hold ${covered.filter((share) => share < floor).length}, ` +
        `width ${width.toFixed(3)}; least ${places.join("; ")}`,
    )
  }
}

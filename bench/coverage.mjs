import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs"
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
 * The cells of a kind that were measured before, from a file that a run may be stopped at and go on with: a line for each cell.
 * @param {string | null} file @param {string} kind @param {number} runs
 * @returns {Map<number, Record<string, Row> | null>} by the cell's place; null where rewards of that kind cannot have that mean
 */
function measuredBefore(file, kind, runs) {
  const known = new Map()
  if (!file || !existsSync(file)) return known
  const text = readFileSync(file, "utf8")
  const lines = text.split("\n")
  // Where it was stopped in the middle of a line, that one is written again.
  const part = lines.pop()
  if (part) truncateSync(file, Buffer.byteLength(text) - Buffer.byteLength(part))
  for (const line of lines) {
    const kept = JSON.parse(line)
    if (kept.kind === kind && kept.runs === runs) known.set(kept.place, kept.found)
  }
  return known
}

/**
 * How often 95 % intervals of a mean hold the true one, and how wide they are: ours beside others, over sizes, means, correlations and kinds
 * of rewards, and of the paired difference of two runs. Arguments: simulated runs per cell (20,000), then kinds of rewards or `paired` (all).
 * `--keep FILE` writes each cell into a file as it is measured, and leaves out those that it has: the grid takes hours, and may be done in parts.
 * @param {string[]} args
 */
export async function coverage(args) {
  const at = args.indexOf("--keep")
  const file = at < 0 ? null : (args[at + 1] ?? null)
  if (at >= 0 && !file) throw new Error("--keep needs the name of a file")
  const [given, ...kinds] = at < 0 ? args : args.toSpliced(at, 2)
  const runs = given ? Number(given) : 20_000
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`How many runs a cell? ${given} is no such number`)
  const floor = leastCoverage(runs)
  say(`${runs} simulated runs a cell; a cell holds from ${percent(floor)} on`)
  for (const kind of kinds.length > 0 ? kinds : [...Object.keys(KINDS), PAIRED]) {
    if (kind !== PAIRED && !KINDS[kind]) throw new Error(`Which rewards? ${[...Object.keys(KINDS), PAIRED].join(", ")}`)
    /** @type {Map<string, Row[]>} */
    const rows = new Map()
    const known = measuredBefore(file, kind, runs)
    const cells = kind === PAIRED ? [...pairCells()] : [...cellsOf(kind)]
    const began = performance.now()
    let measured = 0
    cells.forEach((cell, place) => {
      let found = known.get(place)
      if (found === undefined) {
        const options = { runs, seed: place + 1 }
        found =
          kind === PAIRED
            ? pairCoverageOf(/** @type {any} */ (cell), options)
            : (coverageOf(kind, /** @type {any} */ (cell), options) ?? null)
        measured++
        if (file) appendFileSync(file, `${JSON.stringify({ kind, runs, place, found })}\n`)
      }
      for (const [name, row] of Object.entries(found ?? {})) rows.set(name, [...(rows.get(name) ?? []), row])
    })
    report(kind, rows, floor)
    say(`  measured ${measured} of ${cells.length} cells in ${((performance.now() - began) / 60_000).toFixed(1)} min; the others were kept`)
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

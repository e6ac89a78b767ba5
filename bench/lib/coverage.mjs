import { meanInterval, standardError, unitLimits, upperShape } from "../../contract/statistics/interval.ts"
import { pairedDifference } from "../../contract/statistics/pairs.ts"
import { betaCdf, betaQuantile, tQuantile975 } from "../../contract/statistics/special.ts"
import { drawDifferences, KINDS, randomOf } from "./simulated-runs.mjs"

/**
 * @typedef {import("./simulated-runs.mjs").Cell} Cell
 * @typedef {import("../../contract/statistics/interval.ts").Clusters} Clusters
 * @typedef {{ clusters: Clusters, cell: Cell, whole: boolean }} Seen whole: whether every reward is 0 or 1
 * @typedef {{ limits: (seen: Seen) => [number, number], covers?: (seen: Seen, truth: number) => boolean }} Method
 *   covers: the same without the limits, where that takes less time
 * @typedef {{ cell: Cell, coverage: number, width: number }} Row
 */

/** @param {number} p @param {number} a @param {number} b */
const quantile = (p, a, b) => (a <= 1e-9 ? 0 : b <= 1e-9 ? 1 : betaQuantile(p, a, b))
const Z = 1.959963984540054

/** Clopper and Pearson's interval, each limit moved inwards by `step`. @param {number} p @param {number} size @param {number} [step] */
const binomial = (p, size, step = 0) => ({
  low: /** @type {const} */ ([p * size <= 1e-9 ? 0 : p * size + step, (1 - p) * size + 1 - step]),
  high: /** @type {const} */ ([p * size + 1 - step, (1 - p) * size <= 1e-9 ? 0 : (1 - p) * size + step]),
})

/** @param {(seen: Seen) => ReturnType<typeof binomial>} shapes @returns {Method} */
const binomialMethod = (shapes) => ({
  limits: (seen) => {
    const { low, high } = shapes(seen)
    return [quantile(0.025, ...low), quantile(0.975, ...high)]
  },
  covers: (seen, truth) => {
    const { low, high } = shapes(seen)
    return (low[0] === 0 || betaCdf(truth, ...low) >= 0.025) && (high[1] === 0 || betaCdf(truth, ...high) <= 0.975)
  },
})

/** How many independent 0/1 values would have the same standard error. @param {Seen} seen */
function effectiveSize({ clusters, cell }) {
  const { mean, count } = clusters
  const error = standardError(clusters)
  if (mean <= 0 || mean >= 1 || error === 0) return count
  return Math.min(count * cell.rollouts, Math.max(1, (mean * (1 - mean)) / error ** 2))
}

/** @type {Record<string, Method>} */
export const METHODS = {
  ours: {
    limits: ({ clusters }) => unitLimits(clusters),
    covers: ({ clusters }, truth) => {
      const { mean } = clusters
      return (
        (mean >= 1 || betaCdf(truth, ...upperShape(clusters)) <= 0.975) &&
        (mean <= 0 || betaCdf(1 - truth, ...upperShape({ ...clusters, mean: 1 - mean })) <= 0.975)
      )
    },
  },
  "clustered t": {
    limits: ({ clusters }) => {
      const half = tOf(clusters.count) * standardError(clusters)
      return [Math.max(0, clusters.mean - half), Math.min(1, clusters.mean + half)]
    },
  },
  Wilson: {
    limits: (seen) => {
      const { mean, count } = seen.clusters
      const size = effectiveSize(seen)
      const t = tOf(count)
      const center = (mean + (t * t) / (2 * size)) / (1 + (t * t) / size)
      const half = (t / (1 + (t * t) / size)) * Math.sqrt((mean * (1 - mean)) / size + (t * t) / (4 * size * size))
      return [Math.max(0, center - half), Math.min(1, center + half)]
    },
  },
  "Korn–Graubard": binomialMethod((seen) =>
    binomial(seen.clusters.mean, Math.max(1, effectiveSize(seen) * (Z / tOf(seen.clusters.count)) ** 2)),
  ),
  // A beta interval on an effective size whose design effect is drawn to that of copies while the data says little about it.
  "shrunk ρ": binomialMethod(({ clusters, cell, whole }) => {
    const { mean, count, squares } = clusters
    const flips = mean * (1 - mean)
    const information = 4 * count * flips
    const known = information / (information + 1.5)
    const least = whole ? 1 / cell.rollouts : 0
    const raw = flips > 1e-12 ? 1 - ((1 - squares / (count * flips)) * (count - 1)) / count : 1
    const factor = Math.min(1, Math.max(least, raw))
    return binomial(mean, whole && cell.rollouts === 1 ? count : count / (known * factor + 1 - known), 0.2)
  }),
}

/** @type {Map<number, number>} */
const quantiles = new Map()
/** @param {number} count of clusters */
function tOf(count) {
  const known = quantiles.get(count) ?? tQuantile975(count - 1)
  quantiles.set(count, known)
  return known
}

/** The clusters of a run in which every example has as many rollouts. @param {Float64Array} means @returns {Clusters} */
export function clustersOfMeans(means) {
  const count = means.length
  let sum = 0
  for (let i = 0; i < count; i++) sum += /** @type {number} */ (means[i])
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) {
    const off = /** @type {number} */ (means[i]) - mean
    squares += off * off
  }
  return { count, mean, size: count, squares }
}

/** Widths take longer than coverage, and need fewer runs. */
const WIDTHS = 300

/**
 * How often each method's interval holds the true mean of simulated runs, and how wide it is on the average.
 * @param {string} kind of rewards @param {Cell} cell @param {{ runs: number, seed: number, methods?: string[] }} options
 * @returns {Record<string, Row> | undefined} none where rewards of that kind cannot have that mean
 */
export function coverageOf(kind, cell, { runs, seed, methods = Object.keys(METHODS) }) {
  const random = randomOf(seed)
  const source = /** @type {NonNullable<(typeof KINDS)[string]>} */ (KINDS[kind])(cell, random)
  if (!source) return undefined
  const means = new Float64Array(cell.examples)
  const used = methods.map((name) => /** @type {const} */ ([name, /** @type {Method} */ (METHODS[name])]))
  const held = used.map(() => 0)
  const widths = used.map(() => 0)
  for (let run = 0; run < runs; run++) {
    source.draw(means)
    const seen = { clusters: clustersOfMeans(means), cell, whole: kind === "0/1" }
    used.forEach(([, { limits, covers }], i) => {
      const interval = run < WIDTHS || !covers ? limits(seen) : undefined
      if (interval && run < WIDTHS) widths[i] = /** @type {number} */ (widths[i]) + interval[1] - interval[0]
      const holds = covers
        ? covers(seen, source.mean)
        : interval && interval[0] <= source.mean + 1e-12 && source.mean - 1e-12 <= interval[1]
      if (holds) held[i] = /** @type {number} */ (held[i]) + 1
    })
  }
  return Object.fromEntries(
    used.map(([name], i) => [
      name,
      { cell, coverage: /** @type {number} */ (held[i]) / runs, width: /** @type {number} */ (widths[i]) / Math.min(runs, WIDTHS) },
    ]),
  )
}

/** The least share that a cell must have: 94 % less three standard errors of the simulation. @param {number} runs */
export const leastCoverage = (runs) => 0.94 - 3 * Math.sqrt((0.94 * 0.06) / runs)

/** @type {Record<string, (differences: number[]) => import("../../contract/statistics/run-statistics.ts").Interval95 | null | undefined>} */
const PAIR_METHODS = {
  ours: (differences) => pairedDifference(differences)?.interval95,
  t: (differences) => meanInterval({ values: differences, examples: differences.map((_, i) => i) }, null),
}

/**
 * How often the interval of a paired difference holds the true one, and how wide it is on the average.
 * @template {import("./simulated-runs.mjs").PairCell} C
 * @param {C} cell @param {{ runs: number, seed: number }} options
 * @returns {Record<string, { cell: C, coverage: number, width: number }>}
 */
export function pairCoverageOf(cell, { runs, seed }) {
  const random = randomOf(seed)
  const differences = new Float64Array(cell.examples)
  const found = Object.keys(PAIR_METHODS).map((name) => ({ name, held: 0, width: 0 }))
  for (let run = 0; run < runs; run++) {
    drawDifferences(cell, random, differences)
    const given = [...differences]
    for (const one of found) {
      const { low, high } = PAIR_METHODS[one.name]?.(given) ?? { low: Number.NaN, high: Number.NaN }
      if (low <= cell.difference + 1e-12 && high >= cell.difference - 1e-12) one.held++
      one.width += Math.min(1, high) - Math.max(-1, low)
    }
  }
  return Object.fromEntries(found.map(({ name, held, width }) => [name, { cell, coverage: held / runs, width: width / runs }]))
}

import type { Interval95 } from "./run-statistics.ts"
import { betaQuantile, tQuantile975 } from "./special.ts"
import { squaringUnit } from "./spread.ts"

/** Values, each with the number of its example (0, 1, 2 …). */
export interface Series {
  values: readonly number[]
  examples: readonly number[]
}

/** The smallest and largest value that there could be. */
export type ValueRange = readonly [low: number, high: number]

/** The range that values are taken to lie in: the declared one, else 0 to 1; null where one of them lies outside. */
export function rangeFor(min: number, max: number, declared: ValueRange | null = null): ValueRange | null {
  const [low, high] = declared ?? [0, 1]
  return min >= low && max <= high ? [low, high] : null
}

/** A range in which 0 lies, too: errors are counted so. */
export const rangeWithZero = (range: ValueRange | null): ValueRange | null => range && [Math.min(0, range[0]), Math.max(0, range[1])]

/** What the interval of a mean needs of values in [0, 1] in clusters. */
export interface Clusters {
  count: number
  /** Mean over all values. */
  mean: number
  /** How many clusters of equal size would weigh as these do: 1 / Σ w². */
  size: number
  /** Their squared distances from the mean, in the unit of one such cluster: size² · Σ w² (y − mean)². */
  squares: number
}

/**
 * Sums and squares of values in clusters: cluster i has the mean y_i and the share w_i of all values. `low` and `width` map a range
 * onto [0, 1]. Undefined with fewer than two clusters.
 */
export function clustersOf({ values, examples }: Series, low = 0, width = 1): Clusters | undefined {
  const count = values.length
  let most = -1
  for (let i = 0; i < count; i++) if ((examples[i] as number) > most) most = examples[i] as number
  const sums = new Float64Array(most + 1)
  const sizes = new Float64Array(most + 1)
  for (let i = 0; i < count; i++) {
    const value = ((values[i] as number) - low) / width
    const example = examples[i] as number
    sums[example] = (sums[example] as number) + value
    sizes[example] = (sizes[example] as number) + 1
  }
  return clustersOfSums(sums, sizes)
}

/** The same of each cluster's sum of values and their number; a cluster without values is none. */
export function clustersOfSums(sums: ArrayLike<number>, sizes: ArrayLike<number>): Clusters | undefined {
  let total = 0
  let count = 0
  for (let i = 0; i < sums.length; i++) {
    total += sums[i] as number
    count += sizes[i] as number
  }
  const mean = total / count
  let clustered = 0
  let weights = 0
  let squares = 0
  for (let i = 0; i < sums.length; i++) {
    const size = sizes[i] as number
    if (size === 0) continue
    clustered++
    weights += size * size
    squares += ((sums[i] as number) - size * mean) ** 2
  }
  if (clustered < 2) return undefined
  const size = (count * count) / weights
  return { count: clustered, mean, size, squares: (squares * size) / weights }
}

/** The clustered standard error of the mean, with the usual factor K/(K−1) for few clusters. */
export const standardError = ({ count, size, squares }: Clusters): number => Math.sqrt((count / (count - 1)) * squares) / size

/**
 * The beta distribution (its a and b) whose 97.5 % point is the upper limit of the mean of values in [0, 1] that come in clusters (the
 * rollouts of one example). Not for a mean of 1, which is its own limit.
 *
 * Formula. To the K clusters' means y_i two pseudo-clusters are added: one of weight 0.83 + 0.45/K − 0.55 u at 1, one of weight
 * 0.17 − 0.45/K + 0.35 u, or none where that is negative, at 0. The limit is the 97.5 % point of a mean of all these under Dirichlet weights, which a beta distribution with the
 * same mean and variance stands for. With I = 4 K p (1 − p) and S = Σ (y_i − p)², u = I/(I + 2.5) · (1 − S/(K p (1 − p))) says how far, and
 * how surely, the clusters' means scatter less than coin flips would.
 *
 * With weights of 1 and 0, and without the beta distribution, it is Gaffke's bound, which is thought to hold for every distribution on [0, 1]
 * (Gaffke 2005; Learned-Miller and Thomas, arXiv 1905.06208); for 0/1 values without clusters that is Clopper and Pearson's. The constants
 * take away most of what these cover in excess, by simulation. Clusters of unequal sizes count as Kish's effective number of equal ones.
 *
 * Assumes that clusters are drawn independently, and that their sizes have nothing to do with their values.
 * `npm run bench -- coverage` measures how often it holds.
 */
export function upperShape({ mean, size, squares }: Clusters): [a: number, b: number] {
  const flips = mean * (1 - mean)
  const information = 4 * size * flips
  const evenness = flips > 0 ? Math.max(0, 1 - squares / (size * flips)) : 0
  const settled = (information / (information + 2.5)) * evenness
  const above = 0.83 + 0.45 / size - 0.55 * settled
  const below = Math.max(0, 0.17 - 0.45 / size + 0.35 * settled)
  const weight = size + above + below
  const center = (size * mean + above) / weight
  const scatter = squares + size * (mean - center) ** 2 + above * (1 - center) ** 2 + below * center ** 2
  const strength = (center * (1 - center) * weight * (weight + 1)) / scatter - 1
  return [center * strength, (1 - center) * strength]
}

/** The other end of the range in the place of this one. */
const mirrored = (clusters: Clusters): Clusters => ({ ...clusters, mean: 1 - clusters.mean })

const upperLimit = (clusters: Clusters): number => (clusters.mean >= 1 ? 1 : betaQuantile(0.975, ...upperShape(clusters)))

/** Both 97.5 % limits of the mean of values in [0, 1]: see `upperShape`. Never the same, and never beyond 0 and 1. */
export const unitLimits = (clusters: Clusters): [low: number, high: number] => [1 - upperLimit(mirrored(clusters)), upperLimit(clusters)]

/** The 95 % interval of a mean of values in [0, 1]. */
export function unitInterval(clusters: Clusters): Interval95 {
  const [low, high] = unitLimits(clusters)
  return { low, high, approximate: false }
}

/** Half the width of the 95 % interval: of `unitLimits` for values in [0, 1], else of Student's t. */
export function halfWidth(clusters: Clusters, isUnit: boolean): number {
  if (!isUnit) return tQuantile975(clusters.count - 1) * standardError(clusters)
  const [low, high] = unitLimits(clusters)
  return (high - low) / 2
}

/**
 * The 95 % interval of a mean whose values come in clusters (the rollouts of one example).
 *
 * In a known range: `unitLimits`; never a single point. In an unknown one (`range` is null):
 * mean ± t(K−1) · sqrt( K/(K−1) · Σ_i (Σ_j (s_ij − s̄))² ) / N, with K clusters and N values (Miller, "Adding Error Bars to Evals",
 * arXiv 2411.00640), marked as approximate. Null for fewer than two clusters.
 */
export function meanInterval(series: Series, range: ValueRange | null): Interval95 | null {
  if (range) {
    const [low, high] = range
    const width = high - low
    const clusters = clustersOf(series, low, width)
    return clusters ? inRange(unitInterval(clusters), range) : null
  }
  const unit = squaringUnit(series.values)
  const clusters = clustersOf(series, 0, unit)
  return clusters ? tInterval(clusters, unit) : null
}

/** The same as `meanInterval` of each cluster's sum of values and their number. */
export function intervalOfSums(sums: ArrayLike<number>, sizes: ArrayLike<number>, range: ValueRange | null): Interval95 | null {
  if (range) {
    const [low, high] = range
    const clusters = clustersOfSums(
      Float64Array.from(sums, (sum, i) => (sum - low * (sizes[i] as number)) / (high - low)),
      sizes,
    )
    return clusters ? inRange(unitInterval(clusters), range) : null
  }
  const unit = squaringUnit(sums)
  const clusters = clustersOfSums(unit === 1 ? sums : Float64Array.from(sums, (sum) => sum / unit), sizes)
  return clusters ? tInterval(clusters, unit) : null
}

/** An interval in [0, 1] on the scale of a range. */
const inRange = ({ low, high }: Interval95, [from, to]: ValueRange): Interval95 => ({
  low: from + (to - from) * low,
  high: from + (to - from) * high,
  approximate: false,
})

/** Student's t of values that were divided by `unit`. */
function tInterval(clusters: Clusters, unit: number): Interval95 {
  const half = halfWidth(clusters, false)
  const finite = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value * unit))
  return { low: finite(clusters.mean - half), high: finite(clusters.mean + half), approximate: true }
}

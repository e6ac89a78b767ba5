import { sumByCluster } from "./clusters.ts"
import { clustersOfSums, intervalOfSums, unitLimits } from "./interval.ts"
import type { Interval95 } from "./run-statistics.ts"
import { normalQuantile } from "./special.ts"

/** One run's rewards, each with its example's id; NaN where there is none. */
export interface RewardsByExample {
  exampleIds: readonly string[]
  rewards: ArrayLike<number>
}

/** The cluster of each difference, from 0, and how many there are. */
export interface DifferenceClusters {
  numbers: ArrayLike<number>
  count: number
}

export interface PairedDifference {
  /** How many examples both runs have a reward for. */
  examples: number
  /** Mean of the second run less the first one's, over these examples, each counted once. */
  difference: number
  interval95: Interval95
}

/** Second less first of the mean rewards of each example that both have. */
export function differencesOf(first: RewardsByExample, second: RewardsByExample): number[] {
  const before = meansOf(first)
  const differences: number[] = []
  for (const [id, mean] of meansOf(second)) {
    const other = before.get(id)
    if (other !== undefined) differences.push(mean - other)
  }
  return differences
}

function meansOf({ exampleIds, rewards }: RewardsByExample): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>()
  for (let i = 0; i < exampleIds.length; i++) {
    const reward = rewards[i] as number
    if (Number.isNaN(reward)) continue
    const id = exampleIds[i] as string
    const known = sums.get(id)
    if (known) {
      known.sum += reward
      known.count++
    } else sums.set(id, { sum: reward, count: 1 })
  }
  return new Map([...sums].map(([id, { sum, count }]) => [id, sum / count]))
}

/**
 * The mean of paired differences with its 95 % interval, each example a cluster, unless `clusters` says which belong together. `span` is the largest difference there could be (1 for
 * rewards between 0 and 1); null if it is not known, which gives Student's t, marked as approximate.
 *
 * Formula. With gains g_i = max(d_i, 0) and losses l_i = max(−d_i, 0), each with its own interval (`unitLimits`), the limits are
 * d̄ − sqrt( (ḡ − g_low)² + (l_high − l̄)² − 2 r (ḡ − g_low)(l_high − l̄) ) and the same for the other side, r being the correlation of g and l
 * (Zou and Donner 2008; Newcombe 1998). Never a single point, also where all examples agree. Null for fewer than two clusters.
 */
export function pairedDifference(
  differences: ArrayLike<number>,
  span: number | null = 1,
  clusters: DifferenceClusters | null = null,
): PairedDifference | null {
  const examples = differences.length
  const one = new Uint8Array(examples).fill(1)
  const together = <Values extends ArrayLike<number>>(values: Values) =>
    clusters ? sumByCluster(values, clusters.numbers, clusters.count) : values
  const each = together(one)
  let sum = 0
  for (let i = 0; i < examples; i++) sum += differences[i] as number
  const difference = sum / examples
  if (span === null) {
    const interval95 = intervalOfSums(together(differences), each, null)
    return interval95 && { examples, difference, interval95 }
  }
  const sums = [1, -1].map((sign) => {
    const part = new Float64Array(examples)
    for (let i = 0; i < examples; i++) part[i] = Math.max(sign * (differences[i] as number), 0) / span
    return together(part)
  }) as [Float64Array, Float64Array]
  const gains = clustersOfSums(sums[0], each)
  const losses = clustersOfSums(sums[1], each)
  if (!gains || !losses) return null
  const [gainLow, gainHigh] = unitLimits(gains)
  const [lossLow, lossHigh] = unitLimits(losses)
  const r = correlation(sums, each, [gains.mean, losses.mean])
  const off = (one: number, other: number) => Math.sqrt(Math.max(0, one * one + other * other - 2 * r * one * other))
  const center = gains.mean - losses.mean
  const low = Math.max(-1, center - off(gains.mean - gainLow, lossHigh - losses.mean))
  const high = Math.min(1, center + off(gainHigh - gains.mean, losses.mean - lossLow))
  return { examples, difference, interval95: { low: low * span, high: high * span, approximate: false } }
}

/** The correlation of two sums of values over the same clusters; 0 where one of both is the same everywhere. */
function correlation(
  [first, second]: readonly [ArrayLike<number>, ArrayLike<number>],
  sizes: ArrayLike<number>,
  [mean, other]: readonly [number, number],
): number {
  let [own, others, shared] = [0, 0, 0]
  for (let i = 0; i < sizes.length; i++) {
    const size = sizes[i] as number
    const [a, b] = [(first[i] as number) - size * mean, (second[i] as number) - size * other]
    own += a * a
    others += b * b
    shared += a * b
  }
  const scale = Math.sqrt(own * others)
  return scale > 0 ? Math.max(-1, Math.min(1, shared / scale)) : 0
}

export interface Verdict {
  verdict: "better" | "worse" | "equivalent" | "cannot_tell"
  /** How many more examples would tell, if the difference stays as it is, in four of five cases; null where none would or none are needed. */
  more_examples: number | null
}

/**
 * What a difference says about the second run: better or worse when 0 is outside the interval; equivalent when the whole interval lies within
 * ± `margin` (the 95 % interval in place of the usual 90 % one, so the error is 2.5 %); else that the data cannot tell. A difference that is
 * real, but smaller than the margin, counts as equivalent.
 * More examples: K ((z.975 + z.8)/z.975 · distance of the limit from the difference / difference)² − K, as widths shrink with √K.
 */
export function verdictOf({ examples, difference, interval95: { low, high } }: PairedDifference, margin = 0): Verdict {
  if (margin > 0 && low > -margin && high < margin) return { verdict: "equivalent", more_examples: null }
  if (low > 0) return { verdict: "better", more_examples: null }
  if (high < 0) return { verdict: "worse", more_examples: null }
  if (difference === 0) return { verdict: "cannot_tell", more_examples: null }
  const distance = difference > 0 ? difference - low : high - difference
  const power = 1 + normalQuantile(0.8) / normalQuantile(0.975)
  const needed = examples * ((power * distance) / difference) ** 2
  return { verdict: "cannot_tell", more_examples: Math.max(1, Math.ceil(needed - examples)) }
}

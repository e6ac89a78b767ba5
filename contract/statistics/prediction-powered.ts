import { intervalOfSums, meanInterval, type ValueRange } from "./interval.ts"
import type { Interval95, MeanWithInterval } from "./run-statistics.ts"
import { tQuantile975 } from "./special.ts"
import { centerOf } from "./spread.ts"

/** The automatic rewards of a run by example: their sum, and how many there are. */
export interface RewardSums {
  sums: readonly number[]
  sizes: readonly number[]
}

/** A drawn sample that people rated, from 0 to 1, with its reward and the place of its example in the sums. */
export interface RatedSample {
  example: number
  reward: number
  rating: number
}

export interface PoweredMean {
  mean: number
  interval95: Interval95
  /** λ below. */
  weight: number
  /** The mean of the ratings, without the rewards. */
  ratingsAlone: MeanWithInterval
}

const noise = 1e-12
const unit: ValueRange = [0, 1]

/**
 * The mean rating that people would give to all N samples of a run that have a reward, from the n of them that they rated (L) and the automatic
 * rewards f of all: prediction-powered inference (Angelopoulos et al., Science 382, 2023) with power tuning (Angelopoulos, Duchi and Zrnic, arXiv
 * 2311.01453), for ratings Y of samples that come in clusters.
 *
 * Estimate. Ȳ + λ (f̄ − f̄_L): the mean rating, moved by how far the rated samples are from all, as the reward sees it. λ is the value that makes
 * the estimate vary least, cut to [0, 1] where rewards lie in this range: example k moves the estimate by a_k + λ b_k, with
 * a_k = Σ_{L in k} (Y − Ȳ) / n and b_k = Σ_{k} (f − f̄) / N − Σ_{L in k} (f − f̄_L) / n, so that λ = −Σ a_k b_k / Σ b_k². It is 0 for a reward that
 * says nothing about the ratings. With one sample an example, λ (N − n) / N is the λ of PPI++, whose unlabelled samples leave the labelled ones out.
 *
 * Interval. λ f̄ has λ times that of a run's mean; the mean of Y − λ f over L has that of a mean of values in [−λ, 1] (`unitLimits`, in clusters). It is
 * never a point, so that a few raters who agree with every reward do not make it certain. Their distances d, e from the estimate are joined as
 * sqrt(d² + e² + 2 r d e), r being the correlation of what the examples add to both (Zou and Donner 2008). For rewards beyond [0, 1] it is
 * Student's t of a_k + λ b_k, with two degrees less than there are rated examples, marked as approximate.
 *
 * Assumes that L was drawn at random from all, and that examples are independent. The test beside this simulates how often it holds.
 *
 * Null for ratings of fewer than two examples; for rewards beyond [0, 1], of fewer than four.
 */
export function predictionPoweredMean(
  { sums, sizes }: RewardSums,
  rated: readonly RatedSample[],
  isUnitRange: boolean,
): PoweredMean | null {
  const examples = rated.map(({ example }) => example)
  const ratings = rated.map(({ rating }) => rating)
  const alone = meanInterval({ values: ratings, examples }, unit)
  const ratedExamples = new Set(examples).size
  if (!alone || (!isUnitRange && ratedExamples < 4)) return null
  const count = sizes.reduce((sum, size) => sum + size, 0)
  const meanReward = sums.reduce((sum, one) => sum + one, 0) / count
  const [meanRating, meanRated] = [centerOf(ratings).mean, centerOf(rated.map(({ reward }) => reward)).mean]
  const ofAll = Float64Array.from(sums, (sum, k) => (sum - (sizes[k] as number) * meanReward) / count)
  /** What the examples add to the mean of a value of the rated samples. */
  const ofRated = (value: (one: RatedSample) => number, mean: number) => {
    const added = new Float64Array(sums.length)
    for (const one of rated) added[one.example] = (added[one.example] as number) + (value(one) - mean) / rated.length
    return added
  }
  const a = ofRated(({ rating }) => rating, meanRating)
  const b = ofRated(({ reward }) => -reward, -meanRated).map((one, k) => one + (ofAll[k] as number))
  // Rewards that never vary leave the rest of a rounded mean.
  const varies = product(b, b) > (noise * meanReward) ** 2
  const tuned = rated.length < count && varies ? -product(a, b) / product(b, b) : 0
  const weight = isUnitRange ? Math.max(0, Math.min(1, tuned)) : tuned
  const result = { mean: meanRating + weight * (meanReward - meanRated), weight, ratingsAlone: { mean: meanRating, interval95: alone } }
  if (!isUnitRange) {
    const moves = a.map((one, k) => one + weight * (b[k] as number))
    const error = Math.sqrt((product(moves, moves) * ratedExamples) / (ratedExamples - 2))
    const half = tQuantile975(ratedExamples - 2) * error
    return { ...result, interval95: { low: Math.max(0, result.mean - half), high: Math.min(1, result.mean + half), approximate: true } }
  }
  const automatic = intervalOfSums(sums, sizes, [0, 1])
  const apart = (one: RatedSample) => one.rating - weight * one.reward
  const meanApart = meanRating - weight * meanRated
  const distance = meanInterval({ values: rated.map(apart), examples }, [-weight, 1])
  if (!automatic || !distance) return null
  const correlation = correlationOf(ofAll, ofRated(apart, meanApart))
  const joined = (d: number, e: number) => Math.sqrt(Math.max(0, d * d + e * e + 2 * correlation * d * e))
  const low = result.mean - joined(weight * (meanReward - automatic.low), meanApart - distance.low)
  const high = result.mean + joined(weight * (automatic.high - meanReward), distance.high - meanApart)
  return { ...result, interval95: { low: Math.max(0, low), high: Math.min(1, high), approximate: false } }
}

const product = (xs: Float64Array, ys: Float64Array): number => xs.reduce((sum, x, i) => sum + x * (ys[i] as number), 0)

function correlationOf(xs: Float64Array, ys: Float64Array): number {
  const scale = Math.sqrt(product(xs, xs) * product(ys, ys))
  return scale > 0 ? product(xs, ys) / scale : 0
}

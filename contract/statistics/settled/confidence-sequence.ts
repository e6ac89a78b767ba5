import type { ValueRange } from "../interval.ts"
import type { Limits, Question } from "./question.ts"

/** How often a sequence may be wrong at any of its looks, all of them together. */
export const errorAllowed = 0.05

/** The same of each pair of so many runs, where their sequences are to be right together. */
export const errorOfPair = (runs: number): number => errorAllowed / ((runs * (runs - 1)) / 2)

/** No bet takes more than this part of what is at stake, so that one surprise never loses everything. */
const stakeMax = 0.5

/** Steps of bisection: limits are exact to 2⁻³⁰ of the range. */
const steps = 30

/** Rounding may put a value this far beyond what is possible. */
const rounding = 1e-9

/** Values that come in examples, in the order in which examples were drawn at random. */
export interface DrawnValues {
  /** Of each, the sum of its values. */
  sums: ArrayLike<number>
  /** Of each, how many values it has: none to `most`. */
  sizes: ArrayLike<number>
  /** How many values an example can have. */
  most: number
  /** How many examples there are in all, drawn or not. */
  of: number
}

/** What every candidate for the mean is played against, each example being one value in [0, 1]: `own + gap · mean`, the mean taken for what it lacks. */
interface Game {
  own: Float64Array
  gaps: Float64Array
  /** The bet before each of them, and the sums of both above of those before. */
  bets: Float64Array
  ownBefore: Float64Array
  gapsBefore: Float64Array
  of: number
}

/** So many standard errors off is the mean that bets look for where nothing is asked of it. */
const usualDistance = 2

/** The game of `ratioSequence`. No bet looks at the value that it is made on. */
function gameOf({ sums, sizes, most, of }: DrawnValues, [from, to]: ValueRange, question: Question | null): Game {
  const count = sums.length
  const column = () => new Float64Array(count)
  const [own, gaps, bets, ownBefore, gapsBefore] = [column(), column(), column(), column(), column()]
  const { margin = null, threshold = null } = question ?? {}
  let [sum, squares, ownSum, gapSum] = [0, 0.25, 0, 0]
  for (let i = 0; i < count; i++) {
    const variance = squares / (i + 1)
    const mean = (0.5 + sum) / (i + 1)
    const error = Math.sqrt(variance / (i + 1))
    const asked = threshold === null ? usualDistance * error : Math.max(Math.abs(mean - (threshold - from) / (to - from)), error)
    const distance = margin === null ? asked : margin / (to - from)
    bets[i] = ((of / (of - i)) * distance) / variance
    ownBefore[i] = ownSum
    gapsBefore[i] = gapSum
    const size = sizes[i] as number
    own[i] = ((sums[i] as number) - from * size) / (to - from) / most
    gaps[i] = 1 - size / most
    ownSum += own[i] as number
    gapSum += gaps[i] as number
    const value = (own[i] as number) + (gaps[i] as number) * mean
    sum += value
    squares += (value - (0.5 + sum) / (i + 2)) ** 2
  }
  return { own, gaps, bets, ownBefore, gapsBefore, of }
}

/** The logarithm of what bets that the mean is above `mean` ever made of a stake of 1; with `sign` −1, bets that it is below. Ends at `enough`. */
function mostWealth({ own, gaps, bets, ownBefore, gapsBefore, of }: Game, mean: number, sign: 1 | -1, enough: number): number {
  let [wealth, most] = [0, 0]
  for (let i = 0; i < own.length; i++) {
    const rest = (of * mean - (ownBefore[i] as number) - mean * (gapsBefore[i] as number)) / (of - i)
    // No values could have that mean any more.
    if (rest < -rounding) return sign > 0 ? Number.POSITIVE_INFINITY : most
    if (rest > 1 + rounding) return sign < 0 ? Number.POSITIVE_INFINITY : most
    const atStake = Math.max(0, sign > 0 ? rest : 1 - rest)
    const bet = Math.min(bets[i] as number, stakeMax / atStake)
    wealth += Math.log1p(sign * bet * ((own[i] as number) + mean * (gaps[i] as number) - rest))
    if (wealth > most) most = wealth
    if (most >= enough) return most
  }
  return most
}

/** The last point from `out` on, towards `into`, that is refuted; `out` itself where it is not. */
function edge(out: number, into: number, refuted: (mean: number) => boolean): number {
  if (!refuted(out)) return out
  let [wrong, open] = [out, into]
  for (let i = 0; i < steps; i++) {
    const middle = (wrong + open) / 2
    if (refuted(middle)) wrong = middle
    else open = middle
  }
  return wrong
}

/**
 * The limits of a 95 % confidence sequence for the mean of values in a known range, after some of them were drawn at random, none of them twice.
 * However often one looks and for whatever reason one stops: the chance that the mean is ever outside of the limits is at most 5 %.
 *
 * Formula. The hedged capital of drawing without replacement: Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting"
 * (JRSS B 86, 2024; arXiv 2010.09686), section 5. With values x in [0, 1], and were m the mean of all N, those left before the t-th draw had the mean
 * m_t = (N m − Σ_{i<t} x_i) / (N − t + 1). Then K⁺_t = Π (1 + min(λ_i, c/m_i) (x_i − m_i)) and K⁻_t = Π (1 − min(λ_i, c/(1 − m_i)) (x_i − m_i)) are martingales
 * that start at 1, whatever the values are, and by Ville's inequality each of them ever reaches 2/α with a chance of at most α/2: an m for which
 * it did is out for good. K⁺ falls as m grows and K⁻ rises, so that both limits are found by bisection; c = ½.
 *
 * What is drawn are examples, each with up to k values. The mean of all values is the m at which the N numbers x_i = (Σ_j s_ij)/k + (1 − n_i/k) m
 * have the mean m: what an example lacks counts as if it were m. So the game above is played with these x_i, which are known for each m; K⁺ still
 * falls in m. An example without a value decides nothing, and where all have k it is the mean of their means.
 *
 * The bets are free as long as none knows what it is made on. These are Kelly's for a mean that lies a distance δ off: λ_t = δ N / (N − t + 1) / σ²_{t−1}, where
 * δ is the margin that is asked for, or |μ_{t−1} − threshold| and at least σ_{t−1}/√t, or 2 σ_{t−1}/√t where nothing is asked, with
 * μ_t = (½ + Σ x) / (t + 1) and σ²_t = (¼ + Σ (x_i − μ_i)²) / (t + 1).
 *
 * Nothing is assumed of the values but their range, and of the order but chance: values that drift through the data set do no harm.
 * `npm run bench -- settled` measures the error.
 * @param drawn examples in the order they were drawn, all of their values within the range
 * @param error the α, where it is another than 5 %
 */
export function ratioSequence(drawn: DrawnValues, range: ValueRange, question: Question | null, error = errorAllowed): Limits {
  const [from, to] = range
  // A side is refuted at this wealth: each of both may be wrong in half of the cases that are allowed.
  const enough = Math.log(2 / error)
  const isRefuted = (mean: number, sign: 1 | -1) => mostWealth(game, mean, sign, enough) >= enough
  const game = gameOf(drawn, range, question)
  const total = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0)
  const [own, had] = [total(game.own), drawn.of - total(game.gaps)]
  // What the mean is if all values that are left are the lowest or the highest.
  const [least, most] = [own / had, Math.min(1, (own + drawn.of - game.own.length) / had)]
  const low = edge(least, most, (mean) => isRefuted(mean, 1))
  const high = edge(most, least, (mean) => isRefuted(mean, -1))
  // Together they may refute everything; that is part of the error allowed.
  const [below, above] = low <= high ? [low, high] : [high, low]
  return { low: from + (to - from) * below, high: from + (to - from) * above }
}

/** `ratioSequence` of examples that have one value each. @param count how many there are in all, drawn or not */
export const confidenceSequence = (values: readonly number[], count: number, range: ValueRange, question: Question): Limits =>
  ratioSequence({ sums: values, sizes: new Uint8Array(values.length).fill(1), most: 1, of: count }, range, question)

/**
 * A p-value of the mean being `mean` that is right whenever one stops: the smallest α at which a sequence of that error would have refuted it at one of
 * its looks, min(1, 2 / max(K⁺, K⁻)) over all of them.
 */
export function sequencePValue(drawn: DrawnValues, range: ValueRange, mean: number): number {
  const game = gameOf(drawn, range, null)
  const at = (mean - range[0]) / (range[1] - range[0])
  const most = Math.max(...([1, -1] as const).map((sign) => mostWealth(game, at, sign, Number.POSITIVE_INFINITY)))
  return Math.min(1, 2 * Math.exp(-most))
}

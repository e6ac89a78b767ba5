import type { ValueRange } from "../interval.ts"
import type { Limits, Question } from "./question.ts"

/** How often a sequence may be wrong at any of its looks, all of them together. */
export const errorAllowed = 0.05

/** No bet takes more than this part of what is at stake, so that one surprise never loses everything. */
const stakeMax = 0.5

/** Steps of bisection: limits are exact to 2⁻³⁰ of the range. */
const steps = 30

/** Rounding may put a value this far beyond what is possible. */
const rounding = 1e-9

/** What every candidate for the mean is played against: values in [0, 1], the bet before each of them, and the sum of those before. */
interface Game {
  values: Float64Array
  bets: Float64Array
  sums: Float64Array
  count: number
}

/** The game of `confidenceSequence`. No bet looks at the value that it is made on. */
function gameOf(given: readonly number[], count: number, [from, to]: ValueRange, { margin, threshold }: Question): Game {
  const values = Float64Array.from(given, (value) => (value - from) / (to - from))
  const [bets, sums] = [new Float64Array(values.length), new Float64Array(values.length)]
  let [sum, squares] = [0, 0.25]
  for (let i = 0; i < values.length; i++) {
    const variance = squares / (i + 1)
    const distance =
      margin === null
        ? Math.max(Math.abs((0.5 + sum) / (i + 1) - ((threshold ?? from) - from) / (to - from)), Math.sqrt(variance / (i + 1)))
        : margin / (to - from)
    bets[i] = ((count / (count - i)) * distance) / variance
    sums[i] = sum
    const value = values[i] as number
    sum += value
    squares += (value - (0.5 + sum) / (i + 2)) ** 2
  }
  return { values, bets, sums, count }
}

/** Whether bets that the mean is above `mean` have ever multiplied their stake by 2/α; with `sign` −1, bets that it is below. */
function isRefuted({ values, bets, sums, count }: Game, mean: number, sign: 1 | -1): boolean {
  const enough = Math.log(2 / errorAllowed)
  let wealth = 0
  for (let i = 0; i < values.length; i++) {
    const rest = (count * mean - (sums[i] as number)) / (count - i)
    if (rest < -rounding) return sign > 0
    if (rest > 1 + rounding) return sign < 0
    const atStake = Math.max(0, sign > 0 ? rest : 1 - rest)
    const bet = Math.min(bets[i] as number, stakeMax / atStake)
    wealth += Math.log1p(sign * bet * ((values[i] as number) - rest))
    if (wealth >= enough) return true
  }
  return false
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
 * The limits of a 95 % confidence sequence for the mean of `count` values in a known range, after some of them were drawn at random, none of them twice.
 * However often one looks and for whatever reason one stops: the chance that the mean is ever outside of the limits is at most 5 %.
 *
 * Formula. The hedged capital of drawing without replacement: Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting"
 * (JRSS B 86, 2024; arXiv 2010.09686), section 5. With values x in [0, 1], and were m the mean of all N, those left before the t-th draw had the mean
 * m_t = (N m − Σ_{i<t} x_i) / (N − t + 1). Then K⁺_t = Π (1 + min(λ_i, c/m_i) (x_i − m_i)) and K⁻_t = Π (1 − min(λ_i, c/(1 − m_i)) (x_i − m_i)) are martingales
 * that start at 1, whatever the values are, and by Ville's inequality each of them ever reaches 2/α with a chance of at most α/2: an m for which
 * it did is out for good. K⁺ falls as m grows and K⁻ rises, so that both limits are found by bisection; c = ½.
 *
 * The bets are free as long as none knows what it is made on. These are Kelly's for a mean that lies a distance δ off: λ_t = δ N / (N − t + 1) / σ²_{t−1}, where
 * δ is the margin that is asked for, or |μ_{t−1} − threshold| and at least σ_{t−1}/√t, with μ_t = (½ + Σ x) / (t + 1) and σ²_t = (¼ + Σ (x_i − μ_i)²) / (t + 1).
 *
 * Nothing is assumed of the values but their range, and of the order but chance: values that drift through the data set do no harm.
 * `npm run bench -- settled` measures the error.
 * @param values in the order they were drawn, all within the range
 * @param count how many values there are in all, drawn or not
 */
export function confidenceSequence(values: readonly number[], count: number, range: ValueRange, question: Question): Limits {
  const [from, to] = range
  const game = gameOf(values, count, range, question)
  const sum = game.values.reduce((all, value) => all + value, 0)
  // What the mean is if all values that are left are the lowest or the highest.
  const [least, most] = [sum / count, (sum + count - values.length) / count]
  const low = edge(least, most, (mean) => isRefuted(game, mean, 1))
  const high = edge(most, least, (mean) => isRefuted(game, mean, -1))
  // Together they may refute everything; that is part of the error allowed.
  const [below, above] = low <= high ? [low, high] : [high, low]
  return { low: from + (to - from) * below, high: from + (to - from) * above }
}

import { tCentral } from "./special.ts"

/** What an earlier run says about the total of the next one. */
export interface EarlierTotal {
  /** What it would have come to, had it been as large as the next one. Positive. */
  total: number
  /** How much chance there is in that since it is of some rollouts only: the variance of its logarithm. */
  chance: number
}

/** A total that is to be expected: its median, and the ends of the range that holds it in four of five cases. */
export interface ExpectedTotal {
  median: number
  low: number
  high: number
}

/**
 * How far runs that are alike differ beyond the chance of their rollouts, before any was seen: 15 %, with the weight of two runs. Prompts are
 * changed, models answer at another length, a provider is slower today.
 */
const usual = { variance: 0.15 ** 2, runs: 2 }

/**
 * The total of the next run from what earlier ones say. Null without any.
 *
 * Formula. The logarithms y_j of k earlier totals scatter by their own chance v_j and by τ² between runs; τ² is the moment estimate of DerSimonian
 * and Laird (1986), max(0, (Q − (k − 1)) / (Σw − Σw² / Σw)) with w = 1/v and Q = Σ w (y − ȳ_w)², averaged with what is usual by the runs each
 * rests on. With u_j = 1 / (v_j + τ²) the median is exp(ŷ), ŷ = Σ u y / Σ u, and the range exp(ŷ ± t · sqrt(τ² + 1 / Σ u + v)), the prediction
 * interval of Higgins, Thompson and Spiegelhalter (2009) with the chance v of the next run and Student's t of k + 1 degrees of freedom.
 * @param chance of the next run itself, as in `EarlierTotal`
 */
export function expectedTotal(earlier: readonly EarlierTotal[], chance: number): ExpectedTotal | null {
  const count = earlier.length
  if (count === 0) return null
  const logs = earlier.map(({ total }) => Math.log(total))
  const between = (usual.runs * usual.variance + (count - 1) * betweenRuns(earlier, logs)) / (usual.runs + count - 1)
  const weights = earlier.map((one) => 1 / (one.chance + between))
  const weight = sum(weights)
  const center = sum(weights.map((own, j) => own * (logs[j] as number))) / weight
  const off = tCentral(0.8, usual.runs + count - 1) * Math.sqrt(between + 1 / weight + chance)
  return { median: Math.exp(center), low: Math.exp(center - off), high: Math.exp(center + off) }
}

/** Less chance than that is none: a weight must be a number. */
const leastChance = 1e-9

function betweenRuns(earlier: readonly EarlierTotal[], logs: readonly number[]): number {
  if (earlier.length < 2) return 0
  const weights = earlier.map(({ chance }) => 1 / Math.max(chance, leastChance))
  const weight = sum(weights)
  const center = sum(weights.map((own, j) => own * (logs[j] as number))) / weight
  const scatter = sum(weights.map((own, j) => own * ((logs[j] as number) - center) ** 2))
  const squares = sum(weights.map((own) => own * own))
  return Math.max(0, (scatter - (earlier.length - 1)) / (weight - squares / weight))
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)

/** Several totals together, as far as they have nothing to do with each other: medians add up, and so do the squares of what is off them. */
export function addTotals(totals: readonly ExpectedTotal[]): ExpectedTotal {
  const median = sum(totals.map((one) => one.median))
  const off = (end: "low" | "high") => Math.sqrt(sum(totals.map((one) => (one[end] - one.median) ** 2)))
  return { median, low: median - off("low"), high: median + off("high") }
}

import { intervalOfSums } from "../interval.ts"
import type { Interval95 } from "../run-statistics.ts"

/** What comparisons read of a run: its rollouts, taken together for each example, in the order of examples. */
export interface RunExamples {
  ids: readonly string[]
  /** Of each example, the sum of the rewards of its rollouts without an error. */
  sums: Float64Array
  /** How many of its rollouts without an error have a reward. */
  scored: Float64Array
  /** How many of its rollouts ended with an error. */
  errored: Float64Array
  /** Lowest and highest reward without an error; Infinity and -Infinity where there is none. */
  low: number
  high: number
  /** Whether every one of these rewards is 0 or 1. */
  isBinary: boolean
}

/** How rollouts that ended with an error are read: as a reward of 0, or as if they had not been. */
export type ErrorReading = "zero" | "excluded"

/** The mean rewards of several runs over all of their examples, each example in one place. */
export interface AlignedExamples {
  ids: string[]
  /** The place of each id. */
  places: ReadonlyMap<string, number>
  /** For each run, the mean of each example; NaN where the run has no reward for it. */
  means: Float64Array[]
  /** For each run, over how many rollouts that mean is; 0 where there is none. */
  counts: Float64Array[]
  /** For each run, 1 where it has a rollout of the example, with or without a reward. */
  has: Uint8Array[]
  /** For each run, whether its rewards are known to lie between 0 and 1. */
  isUnit: boolean[]
  /** For each run, whether its rewards are 0 or 1. */
  isBinary: boolean[]
}

/** Brings examples of several runs together by their ids: those of the first run in its order, then what only later ones have. */
export function alignExamples(runs: readonly RunExamples[], errors: ErrorReading): AlignedExamples {
  const places = new Map<string, number>()
  for (const { ids } of runs) for (const id of ids) if (!places.has(id)) places.set(id, places.size)
  const size = places.size
  const means = runs.map(() => new Float64Array(size).fill(Number.NaN))
  const counts = runs.map(() => new Float64Array(size))
  const has = runs.map(() => new Uint8Array(size))
  runs.forEach((run, r) => {
    const sizes = countedRollouts(run, errors)
    run.ids.forEach((id, i) => {
      const place = places.get(id) as number
      const count = sizes[i] as number
      ;(has[r] as Uint8Array)[place] = 1
      if (count === 0) return
      ;(means[r] as Float64Array)[place] = (run.sums[i] as number) / count
      ;(counts[r] as Float64Array)[place] = count
    })
  })
  return {
    ids: [...places.keys()],
    places,
    means,
    counts,
    has,
    isUnit: runs.map(isUnitRange),
    isBinary: runs.map((run) => run.isBinary),
  }
}

/** How many rollouts of each example count under a reading. */
export const countedRollouts = ({ scored, errored }: RunExamples, errors: ErrorReading): Float64Array =>
  errors === "excluded" ? scored : scored.map((count, i) => count + (errored[i] as number))

/** Whether all rewards lie between 0 and 1, which they are then taken to be bound to. */
export const isUnitRange = ({ low, high }: Pick<RunExamples, "low" | "high">): boolean => !(low < 0) && !(high > 1)

/** The mean reward over the rollouts of a run that count, and its interval. */
export function meanOfExamples(run: RunExamples, errors: ErrorReading): { mean: number | null; interval95: Interval95 | null } {
  const counts = countedRollouts(run, errors)
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count === 0) return { mean: null, interval95: null }
  return { mean: run.sums.reduce((sum, one) => sum + one, 0) / count, interval95: intervalOfSums(run.sums, counts, isUnitRange(run)) }
}

/** Means that differ by less than this part of their size are the same: sums in another order differ in their last digits. */
const noise = 1e-9

/**
 * Second less first of the means of each example.
 * @returns for each place the difference; NaN where one of both has no reward
 */
export function differencesAt({ means }: AlignedExamples, first: number, second: number): Float64Array {
  const [before, after] = [means[first] as Float64Array, means[second] as Float64Array]
  return after.map((mean, i) => {
    const other = before[i] as number
    const difference = mean - other
    return Math.abs(difference) <= noise * Math.max(1, Math.abs(mean), Math.abs(other)) ? 0 : difference
  })
}

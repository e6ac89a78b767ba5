import { type Clustering, clusterNumbers, sumByCluster } from "../clusters.ts"
import { intervalOfSums, rangeFor, rangeWithZero, type ValueRange } from "../interval.ts"
import type { Interval95 } from "../run-statistics.ts"
import { type Draw, drawnInterval } from "../settled/drawn-interval.ts"

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
  /** The range in which rewards are declared to lie. */
  declared?: ValueRange | null
  /** The random order of its examples, where the run chose when to stop. */
  draw?: Draw | null
  /** Which of its examples belong together. */
  clustering?: Clustering | null
}

/** How rollouts that ended with an error are read: as a reward of 0, or as if they had not been. */
export type ErrorReading = "zero" | "excluded"

/** The mean rewards of several runs over all of their examples, each example in one place. */
export interface AlignedExamples {
  ids: string[]
  /** For each run, the mean of each example; NaN where the run has no reward for it. */
  means: Float64Array[]
  /** For each run, over how many rollouts that mean is; 0 where there is none. */
  counts: Float64Array[]
  /** For each run, 1 where it has a rollout of the example, with or without a reward. */
  has: Uint8Array[]
  /** For each run, the range in which its rewards are known to lie; null where none is. */
  ranges: (ValueRange | null)[]
  /** For each run, whether its rewards are 0 or 1. */
  isBinary: boolean[]
  /** For each run that chose when to stop, the places of its examples in the order in which it drew them; null for the others. */
  draws: (DrawnPlaces | null)[]
  /** The cluster of each place, where a run says which examples belong together: the first that does. */
  clusters: ExampleNumbers | null
}

type ExampleNumbers = ReturnType<typeof clusterNumbers>

export interface DrawnPlaces {
  places: readonly number[]
  /** How many examples there were to draw. */
  of: number
}

/** Brings examples of several runs together by their ids: those of the first run in its order, then what only later ones have. */
export function alignExamples(runs: readonly RunExamples[], errors: ErrorReading): AlignedExamples {
  const ids: string[] = [...(runs[0]?.ids ?? [])]
  const placesOfRuns = runs.map((run) => placesIn(ids, run.ids))
  const means = runs.map(() => new Float64Array(ids.length).fill(Number.NaN))
  const counts = runs.map(() => new Float64Array(ids.length))
  const has = runs.map(() => new Uint8Array(ids.length))
  runs.forEach((run, r) => {
    const sizes = countedRollouts(run, errors)
    const [places, ownMeans, ownCounts, own] = [placesOfRuns[r], means[r], counts[r], has[r]] as [
      Uint32Array,
      Float64Array,
      Float64Array,
      Uint8Array,
    ]
    for (let i = 0; i < places.length; i++) {
      const [place, count] = [places[i] as number, sizes[i] as number]
      own[place] = 1
      if (count === 0) continue
      ownMeans[place] = (run.sums[i] as number) / count
      ownCounts[place] = count
    }
  })
  const clustering = runs.find((run) => run.clustering)?.clustering
  return {
    ids,
    clusters: clustering ? clusterNumbers(ids, clustering) : null,
    means,
    counts,
    has,
    ranges: runs.map((run) => rangeOfExamples(run, errors)),
    isBinary: runs.map((run) => run.isBinary),
    draws: runs.map((run, r) => drawnPlaces(run, placesOfRuns[r] as Uint32Array)),
  }
}

/** @param placesOfRun where each of the run's examples is; null where it drew none, or not all by chance */
function drawnPlaces({ ids, draw }: RunExamples, placesOfRun: ArrayLike<number>): DrawnPlaces | null {
  if (!draw) return null
  const placeOf = new Map(ids.map((id, i) => [id, placesOfRun[i] as number]))
  const places = draw.order.flatMap((id) => placeOf.get(id) ?? [])
  return places.length === ids.length ? { places, of: draw.of } : null
}

/** Where each of some ids is among all, to which those are added that are not among them. Mostly all are where they are in their own run. */
function placesIn(all: string[], ids: readonly string[]): Uint32Array {
  const places = new Uint32Array(ids.length)
  let known: Map<string, number> | null = null
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as string
    if (all[i] === id) {
      places[i] = i
      continue
    }
    known ??= new Map(all.map((one, place) => [one, place]))
    let place = known.get(id)
    if (place === undefined) {
      place = all.push(id) - 1
      known.set(id, place)
    }
    places[i] = place
  }
  return places
}

/** A run as if it had the examples of a draw alone. */
export function onlyDrawn(run: RunExamples, draw: Draw): RunExamples {
  const wanted = new Set(draw.order)
  const places = run.ids.flatMap((id, i) => (wanted.has(id) ? [i] : []))
  const only = (column: Float64Array) => Float64Array.from(places, (place) => column[place] as number)
  return {
    ...run,
    ids: places.map((place) => run.ids[place] as string),
    sums: only(run.sums),
    scored: only(run.scored),
    errored: only(run.errored),
    draw,
  }
}

/** How many rollouts of each example count under a reading. */
export const countedRollouts = ({ scored, errored }: RunExamples, errors: ErrorReading): Float64Array =>
  errors === "excluded" ? scored : scored.map((count, i) => count + (errored[i] as number))

/** The range in which the rewards that count are known to lie, declared or from 0 to 1; null where one of them lies outside. */
function rangeOfExamples({ low, high, declared = null, errored }: RunExamples, errors: ErrorReading): ValueRange | null {
  const range = rangeFor(low, high, declared)
  return errors === "zero" && errored.some((count) => count > 0) ? rangeWithZero(range) : range
}

/** Whether all rewards lie between 0 and 1, which they are then taken to be bound to. */
export const isUnitRange = ({ low, high }: Pick<RunExamples, "low" | "high">): boolean => !(low < 0) && !(high > 1)

/** The mean reward over the rollouts of a run that count, and its interval. */
export function meanOfExamples(run: RunExamples, errors: ErrorReading): { mean: number | null; interval95: Interval95 | null } {
  const counts = countedRollouts(run, errors)
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count === 0) return { mean: null, interval95: null }
  return { mean: run.sums.reduce((sum, one) => sum + one, 0) / count, interval95: intervalOfExamples(run, counts, errors) }
}

function intervalOfExamples(run: RunExamples, counts: Float64Array, errors: ErrorReading): Interval95 | null {
  const range = rangeOfExamples(run, errors)
  const draw = drawnPlaces(
    run,
    run.ids.map((_, i) => i),
  )
  if (!draw || !range) {
    if (!run.clustering) return intervalOfSums(run.sums, counts, range)
    const { numbers, count } = clusterNumbers(run.ids, run.clustering)
    return intervalOfSums(sumByCluster(run.sums, numbers, count), sumByCluster(counts, numbers, count), range)
  }
  const { places, of } = draw
  const most = run.scored.reduce((least, scored, i) => Math.max(least, scored + (run.errored[i] as number)), 1)
  const inOrder = (column: Float64Array) => places.map((place) => column[place] as number)
  return drawnInterval({ sums: inOrder(run.sums), sizes: inOrder(counts), most, of }, range)
}

/** Means that differ by less than this part of their size are the same: sums in another order differ in their last digits. */
const noise = 1e-9

/**
 * Second less first of the means of each example.
 * @returns for each place the difference; NaN where one of both has no reward
 */
export function differencesAt({ means }: AlignedExamples, first: number, second: number): Float64Array {
  const [before, after] = [means[first] as Float64Array, means[second] as Float64Array]
  const differences = new Float64Array(after.length)
  for (let i = 0; i < after.length; i++) {
    const [mean, other] = [after[i] as number, before[i] as number]
    const difference = mean - other
    differences[i] = Math.abs(difference) <= noise * Math.max(1, Math.abs(mean), Math.abs(other)) ? 0 : difference
  }
  return differences
}

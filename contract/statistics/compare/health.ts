import { pearson } from "../agreement.ts"
import type { AlignedExamples } from "./examples.ts"

/** Examples in a row from hard to easy, as many together as one column of a picture stands for. */
export interface HealthColumn {
  first_example: string
  examples: number
  /** The mean of each run over these examples; null where it has no reward for any. */
  means: (number | null)[]
}

export interface ExamplesHealth {
  columns: HealthColumn[]
  /** Examples for which every run has a reward. */
  shared: number
  /** How many of them give every run the same mean, and so say nothing about which run is better. */
  alike: number
  /** Of shared examples that go against the others, the worst first; null with fewer than `runsMin` runs. */
  against: { example_id: string; discrimination: number }[] | null
  /** How many of those there are in all. */
  against_count: number
}

const columnsMax = 200
const againstMax = 10
/** With three runs a correlation says next to nothing. */
export const runsMin = 4
/** From here down an example goes against the others. */
const againstBelow = -0.3

/**
 * Which examples tell runs apart. The discrimination of an example is its corrected item-total correlation: Pearson's r over the runs between
 * the run's mean on this example and its mean on all other shared ones (Lord and Novick 1968, §15.4; Henrysson 1963). Negative ones, where
 * runs that are better elsewhere do worse, are often labelled wrongly. With few runs chance makes some.
 */
export function examplesHealth({ ids, means }: AlignedExamples): ExamplesHealth {
  const runs = means.length
  const averages = ids.map((_, i) => averageAt(means, i))
  const order = ids
    .map((_, i) => i)
    .filter((i) => !Number.isNaN(averages[i]))
    .sort((a, b) => (averages[a] as number) - (averages[b] as number) || a - b)
  const shared = order.filter((i) => means.every((own) => !Number.isNaN(own[i])))
  const totals = means.map((own) => shared.reduce((sum, i) => sum + (own[i] as number), 0))
  const alike = shared.filter((i) => means.every((own) => own[i] === means[0]?.[i]))
  const against: { example_id: string; discrimination: number }[] = []
  if (runs >= runsMin && shared.length > 1)
    for (const i of shared) {
      const own = means.map((run) => run[i] as number)
      const others = totals.map((total, run) => (total - (own[run] as number)) / (shared.length - 1))
      const discrimination = pearson(own, others)
      if (discrimination !== null && discrimination <= againstBelow) against.push({ example_id: ids[i] as string, discrimination })
    }
  against.sort((a, b) => a.discrimination - b.discrimination)
  return {
    columns: columnsOf(order, ids, means),
    shared: shared.length,
    alike: alike.length,
    against: runs >= runsMin ? against.slice(0, againstMax) : null,
    against_count: against.length,
  }
}

function averageAt(means: readonly Float64Array[], i: number): number {
  const own = means.flatMap((run) => (Number.isNaN(run[i]) ? [] : [run[i] as number]))
  return own.length === 0 ? Number.NaN : own.reduce((sum, one) => sum + one / own.length, 0)
}

function columnsOf(order: readonly number[], ids: readonly string[], means: readonly Float64Array[]): HealthColumn[] {
  const size = Math.max(1, Math.ceil(order.length / columnsMax))
  return Array.from({ length: Math.ceil(order.length / size) }, (_, column) => {
    const group = order.slice(column * size, (column + 1) * size)
    return {
      first_example: ids[group[0] as number] as string,
      examples: group.length,
      means: means.map((run) => {
        const own = group.map((i) => run[i] as number).filter((one) => !Number.isNaN(one))
        return own.length === 0 ? null : own.reduce((sum, one) => sum + one / own.length, 0)
      }),
    }
  })
}

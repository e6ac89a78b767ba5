import { holm } from "../tests.ts"
import type { AlignedExamples } from "./examples.ts"
import { type ComparedPair, comparePair } from "./pair.ts"

/** The largest adjusted p-value at which two of several runs are told apart. */
export const significance = 0.05

export interface RunRank {
  /** The best and the worst place that the run may have among all: 1 + surely better runs, and their number − surely worse ones. */
  from: number
  to: number
}

export interface RankedRuns {
  ranks: RunRank[]
  /** Runs that cannot be told apart, by their indexes, the highest means first: as many as possible together; a run may be in several. */
  groups: number[][]
}

/**
 * The places of several runs. Two of them are told apart where the 95 % interval of their difference leaves out 0 and the p-value of that pair
 * is at most 0.05 after Holm's correction over all pairs: with ten runs there are 45, of which two would seem to differ by chance.
 * @param means of each run, by which groups are put in order; NaN comes last
 */
export function rankRuns(aligned: AlignedExamples, means: readonly number[]): RankedRuns {
  const count = means.length
  const pairs: { first: number; second: number; pair: ComparedPair }[] = []
  for (let first = 0; first < count; first++)
    for (let second = first + 1; second < count; second++) pairs.push({ first, second, pair: comparePair(aligned, first, second) })
  const adjusted = holm(pairs.map(({ pair }) => pair.p_value))
  const better = means.map(() => 0)
  const worse = means.map(() => 0)
  const apart = new Set<string>()
  pairs.forEach(({ first, second, pair }, i) => {
    if ((adjusted[i] as number) > significance || (pair.verdict !== "better" && pair.verdict !== "worse")) return
    const [winner, loser] = pair.verdict === "better" ? [second, first] : [first, second]
    worse[winner] = (worse[winner] as number) + 1
    better[loser] = (better[loser] as number) + 1
    apart.add(`${first} ${second}`)
  })
  const isApart = (a: number, b: number) => apart.has(a < b ? `${a} ${b}` : `${b} ${a}`)
  return {
    ranks: means.map((_, i) => ({ from: 1 + (better[i] as number), to: count - (worse[i] as number) })),
    groups: groupsOf(orderOf(means), isApart),
  }
}

function orderOf(means: readonly number[]): number[] {
  const key = (i: number) => (Number.isNaN(means[i]) ? Number.NEGATIVE_INFINITY : (means[i] as number))
  return means.map((_, i) => i).sort((a, b) => (key(a) === key(b) ? a - b : key(b) > key(a) ? 1 : -1))
}

/** Stretches of the order, as long as possible, in which no two runs are told apart. */
function groupsOf(order: readonly number[], isApart: (a: number, b: number) => boolean): number[][] {
  const groups: number[][] = []
  let reached = 0
  for (let from = 0; from < order.length; from++) {
    const group: number[] = []
    for (const run of order.slice(from)) {
      if (group.some((other) => isApart(other, run))) break
      group.push(run)
    }
    if (from + group.length <= reached) continue
    reached = from + group.length
    groups.push(group)
  }
  return groups
}

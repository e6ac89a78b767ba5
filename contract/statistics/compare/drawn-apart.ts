import type { ValueRange } from "../interval.ts"
import type { Interval95 } from "../run-statistics.ts"
import { type DrawnValues, errorAllowed, sequencePValue } from "../settled/confidence-sequence.ts"
import { drawnInterval } from "../settled/drawn-interval.ts"

/** What a run that chose when to stop drew, one value for each example, and the range in which its values are known to lie. */
export interface DrawnRun {
  drawn: DrawnValues
  range: ValueRange
}

export interface DifferenceApart {
  /** Mean of the second run less the first one's, each over what it has drawn. */
  difference: number
  interval95: Interval95
  p_value: number
}

/** Steps of bisection between the two means. */
const steps = 30

/**
 * The difference between two runs that each chose when to stop, by a random order of its own, with a 95 % interval that is right whenever either of them
 * stopped. The examples that happen to be in both are no sequence, so they are not paired: each mean has its own confidence sequence
 * (`ratioSequence`) with half of the error, and the difference lies between the ends of both (Bonferroni). Nothing is assumed of how the runs depend on each
 * other. Wider than a paired interval; for the mean over all examples that each would have asked.
 *
 * The p-value is the smallest α at which the two sequences would be disjoint: 2 max_m min(p₁(m), p₂(m)), with p_i(m) that of run i having the mean m
 * (`sequencePValue`). Between the two means one of them falls in m and the other rises, so that their crossing is found by bisection.
 * @param error the α of the interval, where it is another than 5 %
 */
export function differenceApart(first: DrawnRun, second: DrawnRun, error = errorAllowed): DifferenceApart | null {
  const [one, other] = [first, second].map(({ drawn, range }) => drawnInterval(drawn, range, error / 2))
  if (!one || !other) return null
  return {
    difference: meanOf(second) - meanOf(first),
    interval95: { low: other.low - one.high, high: other.high - one.low, approximate: false, of_all_examples: true },
    p_value: pValueApart(first, second),
  }
}

function meanOf({ drawn: { sums, sizes } }: DrawnRun): number {
  let [sum, size] = [0, 0]
  for (let i = 0; i < sums.length; i++) {
    sum += sums[i] as number
    size += sizes[i] as number
  }
  return sum / size
}

function pValueApart(first: DrawnRun, second: DrawnRun): number {
  const [below, above] = meanOf(first) <= meanOf(second) ? [first, second] : [second, first]
  const p = ({ drawn, range }: DrawnRun, mean: number) => sequencePValue(drawn, range, mean)
  let [low, high] = [meanOf(below), meanOf(above)]
  for (let i = 0; i < steps; i++) {
    const middle = (low + high) / 2
    if (p(below, middle) > p(above, middle)) low = middle
    else high = middle
  }
  return Math.min(1, 2 * Math.min(p(below, low), p(above, high)))
}

import { meanInterval, type Series, type ValueRange } from "../interval.ts"
import type { Interval95 } from "../run-statistics.ts"
import { type DrawnValues, ratioSequence } from "./confidence-sequence.ts"

/** The random order in which a run that chose when to stop drew its examples. */
export interface Draw {
  /** The ids of those that were drawn, the first one first. */
  order: readonly string[]
  /** How many there were to draw. */
  of: number
}

/** The interval of a mean: of values by example, in the range in which they are known to lie; null for an unknown one. */
export type IntervalOf = (series: Series, range: ValueRange | null) => Interval95 | null

/** The limits of `ratioSequence` as an interval; null for fewer than two examples with a value. */
export function drawnInterval(drawn: DrawnValues, range: ValueRange, error?: number): Interval95 | null {
  let having = 0
  for (let i = 0; i < drawn.sizes.length; i++) if ((drawn.sizes[i] as number) > 0) having++
  return having < 2 ? null : { ...ratioSequence(drawn, range, null, error), approximate: false, of_all_examples: true }
}

/**
 * How intervals of a run's means are made where it chose when to stop: right at any such moment, where the range of values is known. In an unknown one
 * nothing is, and the interval is the one of `meanInterval`.
 * @param places of each example by its number, where it is in the order
 * @param most how many values an example can have
 */
export const drawnIntervals =
  (places: readonly number[], most: number, of: number): IntervalOf =>
  (series, range) => {
    if (!range) return meanInterval(series, null)
    const [sums, sizes] = [new Float64Array(places.length), new Float64Array(places.length)]
    series.values.forEach((value, i) => {
      const place = places[series.examples[i] as number] as number
      sums[place] = (sums[place] as number) + value
      sizes[place] = (sizes[place] as number) + 1
    })
    return drawnInterval({ sums, sizes, most, of }, range)
  }

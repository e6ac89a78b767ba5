import type { Distribution } from "./run-statistics.ts"

const histogramBins = 20

/** Sums and squares larger than that are made of values divided by the largest, lest they exceed the largest double. */
const squaresSafely = 1e150

/** A size that may have grown beyond the largest double. */
export const finite = (size: number): number => Math.min(size, Number.MAX_VALUE)

/** What values are divided by before they are summed and squared: 1, unless that would exceed the largest double. */
export function squaringUnit(values: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] as number))
  return largest > squaresSafely ? largest : 1
}

export interface Center {
  /** See `squaringUnit`. */
  unit: number
  mean: number
}

/** The mean of values, and what to divide them by before they are squared. `values` is not empty. */
export function centerOf(values: readonly number[]): Center {
  const unit = squaringUnit(values)
  let sum = 0
  for (const value of values) sum += value / unit
  return { unit, mean: (sum / values.length) * unit }
}

/** Arithmetic mean; null for no values. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : centerOf(values).mean
}

/** Sample standard deviation (n − 1 in the denominator); 0 for fewer than two values. */
export function standardDeviation(values: readonly number[], { unit, mean } = centerOf(values)): number {
  if (values.length < 2) return 0
  const center = mean / unit
  let squares = 0
  for (const value of values) squares += (value / unit - center) ** 2
  return finite(Math.sqrt(squares / (values.length - 1)) * unit)
}

/** Quantile by linear interpolation between order statistics (R's type 7, NumPy's default). `values` is not empty, and is put in another order. */
export function quantile(values: number[], q: number): number {
  const position = (values.length - 1) * q
  const below = Math.floor(position)
  const low = select(values, below)
  const share = position - below
  if (share === 0) return low
  // Those after the one at its place are at least as large.
  let high = Number.POSITIVE_INFINITY
  for (let i = below + 1; i < values.length; i++) high = Math.min(high, values[i] as number)
  // The distance of two doubles need not be one.
  return Number.isFinite(high - low) ? low + (high - low) * share : low * (1 - share) + high * share
}

/** The value that sorting would bring to a place, which it is brought to, smaller ones before it (Hoare's FIND): a tenth of sorting's time. */
function select(values: number[], place: number): number {
  let from = 0
  let to = values.length - 1
  while (from < to) {
    // By chance, so that no order of values makes it slow.
    const pivot = values[from + Math.floor(Math.random() * (to - from + 1))] as number
    let i = from
    let j = to
    while (i <= j) {
      while ((values[i] as number) < pivot) i++
      while ((values[j] as number) > pivot) j--
      if (i > j) break
      const value = values[i] as number
      values[i++] = values[j] as number
      values[j--] = value
    }
    if (place <= j) to = j
    else if (place >= i) from = i
    else break
  }
  return values[place] as number
}

/** The smallest and the largest value; ±Infinity for none. */
export function rangeOf(values: readonly number[]): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return { min, max }
}

/**
 * Equal-width bins from the smallest to the largest value; [0, 1] when all values lie in it, so that rewards of different runs look alike.
 * One bin without a width where all values outside of it are the same.
 */
export function histogram(values: readonly number[], count = histogramBins): Distribution["bins"] {
  if (values.length === 0) return []
  const { min, max } = rangeOf(values)
  let low = min
  let high = max
  if (low >= 0 && high <= 1) {
    low = 0
    high = 1
  }
  if (low === high) return [{ from: low, to: high, count: values.length }]
  const width = high / count - low / count
  const edge = (i: number) => low * (1 - i / count) + high * (i / count)
  const bins = Array.from({ length: count }, (_, i) => ({ from: edge(i), to: edge(i + 1), count: 0 }))
  for (const value of values) {
    const bin = bins[Math.min(count - 1, Math.floor(value / width - low / width))]
    if (bin) bin.count++
  }
  return bins
}

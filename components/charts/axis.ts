/** The lowest and the highest value of a drawing. */
export interface Axis {
  low: number
  high: number
}

/** 0 to 1 where all values lie in it; else from the smallest to the largest, and with 0 where they are all the same. */
export function axisOf(values: readonly number[]): Axis {
  const low = Math.min(...values)
  const high = Math.max(...values)
  if (values.length === 0 || (low >= 0 && high <= 1)) return { low: 0, high: 1 }
  return low === high ? { low: Math.min(0, low), high: Math.max(0, high) } : { low, high }
}

/** Where a value stands on an axis, 0 to 1; what lies outside stands at its end. */
export function placeOn(value: number, { low, high }: Axis): number {
  // Halved, because the distance of two huge values need not be finite.
  return Math.min(1, Math.max(0, (value / 2 - low / 2) / (high / 2 - low / 2)))
}

/** The differences of the same are finite in units of this. */
const hugeFrom = 1e100

/** Round values along an axis, about four steps apart. */
export function ticksOf({ low, high }: Axis): number[] {
  const unit = Math.max(Math.abs(low), Math.abs(high)) > hugeFrom ? hugeFrom : 1
  const [from, to] = [low / unit, high / unit]
  const rough = (to - from) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 2.5, 5].find((one) => one * power >= rough * 0.999) ?? 10)
  const first = Math.ceil(from / step - 1e-9)
  const count = Math.floor(to / step + 1e-9) - first + 1
  // A step that is no binary fraction leaves 0.30000000000000004.
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)) * unit)
}

/** Round values from 0 to the first that no value is above. */
export function ticksUpTo(top: number): number[] {
  if (top <= 0) return [0]
  const ticks = ticksOf({ low: 0, high: top })
  const last = ticks.at(-1) ?? 0
  return last < top ? [...ticks, Number((last + (ticks[1] ?? top)).toPrecision(12))] : ticks
}

export const percent = (share: number): string => `${(share * 100).toFixed(2)}%`

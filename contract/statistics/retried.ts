import type { MeanWithInterval } from "./run-statistics.ts"

/**
 * Whether two means of separate samples differ by more than chance would have it: 0 is outside the 95 % interval of their difference d,
 * d − sqrt((m₁ − l₁)² + (u₂ − m₂)²) to d + sqrt((u₁ − m₁)² + (m₂ − l₂)²), made of the intervals [l, u] of both (Zou and Donner 2008).
 * Samples of one example on both sides make it wider than it need be. False where one of them has no interval.
 */
export function meansDiffer(one: MeanWithInterval, other: MeanWithInterval): boolean {
  if (!one.interval95 || !other.interval95) return false
  const difference = one.mean - other.mean
  const down = Math.hypot(one.mean - one.interval95.low, other.interval95.high - other.mean)
  const up = Math.hypot(one.interval95.high - one.mean, other.mean - other.interval95.low)
  return difference - down > 0 || difference + up < 0
}

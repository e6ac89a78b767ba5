/** Longer than an answer is under way. A difference that grows by more means that the browser's clock was set. */
const delayMax = 60_000

/** Milliseconds by which this browser's clock is ahead of the server's; 0 on the server itself. */
let ahead = 0
let isKnown = false

/**
 * Learns from a moment at which the server answered. An answer takes its time to arrive, so the smallest difference seen is the
 * nearest to the truth.
 */
export function learnServerTime(at: number): void {
  if (typeof window === "undefined" || !Number.isFinite(at)) return
  const difference = Date.now() - at
  if (isKnown && difference >= ahead && difference < ahead + delayMax) return
  ahead = difference
  isKnown = true
}

/** Milliseconds since 1970 by the server's clock, to compare with its timestamps. */
export const serverNow = (): number => Date.now() - ahead

/** A moment of the server's clock as this browser's clock would have it. */
export const asBrowserTime = (at: number): number => at + ahead

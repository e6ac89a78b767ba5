import { doneRollouts, elapsed, expectedRollouts } from "@/components/shared/run-facts.ts"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatDuration } from "@/lib/format.ts"

/** Before so many milliseconds, or rollouts, a rate is a guess. */
const sureAfterMs = 5000
const sureAfterRollouts = 3

/**
 * "54 rollouts a minute", and for a run under way how long the rest takes at that rate; null while neither can be told.
 * @param earlierMs what attempts before the present one took
 */
export function paceOf(run: Evaluation, earlierMs: number, now: number): string | null {
  const took = (elapsed(run, now) ?? 0) + earlierMs
  const done = doneRollouts(run)
  if (took < sureAfterMs || done < sureAfterRollouts) return null
  const perMinute = (done / took) * 60_000
  const rate = `${perMinute < 10 ? Number(perMinute.toPrecision(2)) : formatCount(Math.round(perMinute))} rollouts a minute`
  const expected = expectedRollouts(run)
  if (!isActive(run.status) || expected === null || expected <= done) return rate
  return `${rate}, about ${leftWords(((expected - done) / done) * took)} left`
}

/** Rounded up to what can be promised: ten seconds, or minutes. */
function leftWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 10_000) * 10
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : formatDuration(minutes * 60_000)
}

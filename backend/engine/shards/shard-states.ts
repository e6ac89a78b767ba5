import type { RunnerLastWord } from "../../../contract/index.ts"
import { type AttemptState, isLiving } from "../attempt/attempt-state.ts"
import type { Offsets } from "../attempt/spool.ts"

/**
 * How an attempt of several processes stands. It lives as long as one of them does: what a lost one has left undone is for the next attempt.
 * One that failed by itself, or that exceeded a limit, ends the attempt: others of the same environment would come to the same.
 * @param states at least one
 */
export function stateOfShards(states: AttemptState[]): AttemptState {
  const { written: _, ...whole } = deciding(states)
  const written = writtenBy(states)
  return written ? { ...whole, written } : whole
}

function deciding(states: AttemptState[]): AttemptState {
  const failed = states.find((state) => state.phase === "exited" && (state.limit !== null || hasFailed(state.code)))
  const living = states.filter(isLiving)
  const lost = states.find((state) => state.phase !== "exited" || state.code !== 0)
  return failed ?? living.find(({ phase }) => phase === "running") ?? living[0] ?? lost ?? (states[0] as AttemptState)
}

/** The sums, as the run has them; undefined where one of them has not been seen. */
function writtenBy(states: AttemptState[]): Offsets | undefined {
  const each = states.map(({ written }) => written)
  if (!each.every((one) => one !== undefined)) return undefined
  return each.reduce((all, one) => ({ events: all.events + one.events, output: all.output + one.output }))
}

/** Whether a process ended with an error of its own, not by a signal, as which 128 + its number counts too. */
const hasFailed = (code: number | null): boolean => code !== null && code > 0 && code < 128

/**
 * The last word of an attempt of several processes; null as long as one of them is to be waited for, or is lost.
 * The library's averages are those of a part of the run, and are left out.
 */
export function lastWordOfShards(words: (RunnerLastWord | null)[]): RunnerLastWord | null {
  // One that was stopped, as the rest is once one has failed, says so as a failure too.
  const failed = words.find((word) => word?.kind === "run.failed" && word.errors[0]?.type !== "asyncio.CancelledError")
  if (failed) return failed
  const [first] = words
  if (first?.kind !== "run.finished" || !words.every((word) => word?.kind === "run.finished")) return null
  const { version_info } = first.metadata
  return { ...first, metadata: version_info === undefined ? {} : { version_info } }
}

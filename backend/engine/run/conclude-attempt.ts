import { hostOf } from "../../base/machine.ts"
import type { Inspection } from "../../sandbox/executor.ts"
import { countFruitlessAttempts } from "../../store/evaluations/attempts.ts"
import { type AttemptHandle, engineReason, stopAttempt } from "../attempt/attempt-process.ts"
import { classify, classifyEnd, endInWords, failure, type ProcessEnd } from "../attempt/classify.ts"
import { causeOfAll } from "./all-failed.ts"
import { endRun, endStopped } from "./end-run.ts"
import { missingResults } from "./progress.ts"
import { libraryFacts } from "./run-job.ts"
import { clearAttempt, type SupervisedRun, stopGraceMs } from "./supervised-run.ts"

/**
 * How many attempts in a row may be lost without one finished rollout. More of them may have been killed, since that can be a
 * passing trouble of the machine.
 */
const fruitlessMax = { ended: 3, killed: 10 }

/**
 * Decides what the end of an attempt means.
 * @param state how its process ended; null when it cannot be inspected or lost the worker that served it models
 * @returns true when the run has ended with it, false when another attempt is due
 */
export async function concludeAttempt(run: SupervisedRun, handle: AttemptHandle, state: Inspection | null): Promise<boolean> {
  const { engine, record, stop } = run
  // Asked before anything is stopped from here, which engines would give as the reason.
  const reason = record.lastWord?.kind === "run.finished" ? null : await engineReason(engine, handle)
  if (handle.shards && record.isInReach(handle)) {
    // Where one of them has failed, others may still run.
    await stopAttempt(engine, handle, stopGraceMs)
    await record.takeAll(handle)
  }
  const { lastWord } = record
  const isSettled = stop.reason === "settled" && lastWord?.kind !== "run.finished"
  if (isSettled || stop.reason === "cancelled" || stop.reason === "budget" || stop.reason === "disk") {
    await endStopped(run)
    return true
  }
  // The disk is measured once more after the process has ended: a quick one may have written more than the measurements before saw.
  if (state?.phase === "exited" && state.limit === "disk") {
    await endRun(run, "FAILED", classifyEnd(state, 1, record.config))
    return true
  }
  if (lastWord?.kind === "run.finished") {
    const missing = missingResults(record.row)
    const cause = missing ? failure("incomplete_results", { message: missing }, record.config) : await causeOfAll(run)
    await endRun(run, cause ? "FAILED" : "COMPLETED", cause, libraryFacts(lastWord.metadata))
    return true
  }
  // A runner that is terminated reports that as a failure. Unless the platform stopped it, the work is done again. (What the
  // environment itself raises carries a longer type name.)
  const wasTerminated = lastWord?.errors[0]?.type === "asyncio.CancelledError"
  if (lastWord && !wasTerminated) {
    await endRun(run, "FAILED", classify(lastWord, record.config))
    return true
  }
  return concludeLost(run, handle, state, reason)
}

/**
 * The attempt ended without a report: another one is started as long as that may help.
 * @param reason why an engine of other machines ended it, where it knows: what ends a program from outside ends the one that would say so, too
 */
async function concludeLost(run: SupervisedRun, handle: AttemptHandle, state: Inspection | null, reason: string | null): Promise<boolean> {
  const { engine, record } = run
  const end: ProcessEnd | null = state?.phase === "exited" ? state : null
  const how = [howItEnded(run, handle, state), reason].filter(Boolean).join("; ")
  await record.log("warning", end?.refused ?? `The environment's process ended without a word: ${how}`)
  // Another attempt would only reach the same limit again.
  if (end?.limit) {
    await endRun(run, "FAILED", classifyEnd(end, 1, record.config))
    return true
  }
  await record.update({ handle: null }, { ends: { ended: "lost", detail: how } })
  // Another machine is as this one, as far as its operator sees to it.
  if (end?.refused) {
    await endRun(run, "FAILED", classifyEnd(end, 1, record.config))
    return true
  }
  if (record.isInReach(handle)) {
    // Should its shim show up after all, it finds nothing to work in.
    await stopAttempt(engine, handle, stopGraceMs)
    await clearAttempt(run, record.row.attempt)
  }
  const fruitless = await countFruitlessAttempts(engine.services.db, record.id)
  if (fruitless < (wasKilled(end) ? fruitlessMax.killed : fruitlessMax.ended)) return false
  await endRun(run, "FAILED", classifyEnd(end, fruitless, record.config, reason))
  return true
}

function howItEnded({ record }: SupervisedRun, handle: AttemptHandle, state: Inspection | null): string {
  if (state?.phase === "lost" && handle.remote) return "nothing was heard of it any more"
  if (state) return endInWords(state.phase === "exited" ? state : null)
  return record.isInReach(handle) ? "its worker is gone" : `the machine ${hostOf(record.row.machine ?? "")} is out of sight`
}

/** A container reports the signal that ended it as an exit code, as shells do. */
const wasKilled = (end: ProcessEnd | null): boolean => end === null || end.signal === "SIGKILL" || end.code === 128 + 9

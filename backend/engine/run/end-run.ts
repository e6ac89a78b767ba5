import { settledInWords } from "../../../contract/index.ts"
import { failure, timedOut } from "../attempt/classify.ts"
import { causeOfAll } from "./all-failed.ts"
import { missingResults } from "./progress.ts"
import { Fenced, type RunRecord } from "./run-record.ts"
import { answerOf } from "./settle.ts"
import { clearAttempt, type SupervisedRun } from "./supervised-run.ts"

/** Ends a run, and cleans up its last attempt if that is in reach. */
export async function endRun(run: SupervisedRun, ...how: Parameters<RunRecord["end"]>): Promise<void> {
  const { attempt } = run.record.row
  const { handle } = run.record
  await run.record.end(...how)
  if (run.record.isInReach(handle)) await clearAttempt(run, attempt)
}

/** Ends a run that was asked to stop, or puts it back into the queue when only the worker leaves. */
export function endStopped(run: SupervisedRun): Promise<void> {
  switch (run.stop.reason) {
    case "cancelled":
      return endRun(run, "CANCELLED", failure("cancelled"))
    case "budget":
      return endRun(run, "FAILED", failure("budget_exceeded", { message: run.stop.excess }, run.record.config))
    case "disk":
      return endRun(run, "FAILED", failure("disk_full", {}, run.record.config))
    case "settled":
      return endSettled(run)
    case "fenced":
      throw new Fenced()
    default:
      return requeue(run, null)
  }
}

/** Ends a run that was stopped since its answer was settled, with the samples that have arrived by now. */
async function endSettled(run: SupervisedRun): Promise<void> {
  const { record } = run
  const cause = await causeOfAll(run)
  if (cause) return endRun(run, "FAILED", cause)
  // It may have been quicker than the stop.
  if (missingResults(record.row) === null) return endRun(run, "COMPLETED", null)
  const answer = await answerOf(run)
  if (answer?.kind === "settled") {
    await record.log("info", settledInWords(answer))
    return endRun(run, "COMPLETED", null, {}, answer)
  }
  // What arrived last has unsettled it for good: the rest is asked.
  await record.update({ settling: answer })
  return requeue(run, null)
}

/** Ends a run whose time limit has passed. */
export function endLate(run: SupervisedRun, message: string): Promise<void> {
  const { max } = run.engine.services.config.timeoutMinutes
  return endRun(run, "TIMEOUT", timedOut(message, run.record.blocked, run.record.config, max))
}

/** Puts a run back into the queue; its finished rollouts stay. */
export async function requeue(run: SupervisedRun, phaseDetail: string | null): Promise<void> {
  await run.record.update({ handle: null, status: "PENDING", phase: "queued", phaseDetail }, { ends: { ended: "stopped" } })
  await clearAttempt(run, run.record.row.attempt)
}

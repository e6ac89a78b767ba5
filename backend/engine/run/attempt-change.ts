import type { AttemptEnd, AttemptReason } from "../../../contract/index.ts"
import type { Db } from "../../store/db.ts"
import { endAttempt, insertAttempt } from "../../store/evaluations/attempts.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import type { WorkerContext } from "../worker-context.ts"

/** What happens to the run's attempt in the same transaction as a change of its row. */
export interface AttemptChange {
  begins?: { reason: AttemptReason }
  ends?: { ended: AttemptEnd; detail?: string }
}

/** How the last attempt of a run ends with the run's own end. */
export const attemptEnds = { COMPLETED: "completed", FAILED: "failed", TIMEOUT: "timeout", CANCELLED: "cancelled" } as const

/** Records that the attempt named by the run's row begins or ends. */
export async function changeAttempt(db: Db, row: EvaluationRecord, { begins, ends }: AttemptChange, context: WorkerContext): Promise<void> {
  if (begins) {
    const isResumed = begins.reason === "resumed"
    await insertAttempt(db, {
      evaluationId: row.id,
      number: row.attempt,
      reason: begins.reason,
      resumeMode: isResumed ? row.resume?.mode : null,
      resumedBy: isResumed ? row.resume?.userId : null,
      executor: row.executor ?? context.executor.kind,
      machine: context.machine,
    })
  }
  if (ends) await endAttempt(db, row.id, row.attempt, ends.ended, ends.detail ?? null)
}

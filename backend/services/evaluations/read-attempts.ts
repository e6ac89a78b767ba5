import type { ListAttemptsResponse } from "../../../contract/index.ts"
import { hostOf } from "../../base/machine.ts"
import { listAttempts } from "../../store/evaluations/attempts.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/** The attempts of a run, oldest first. */
export async function readAttempts(ctx: Context, id: string): Promise<ListAttemptsResponse> {
  await requireEvaluation(ctx, id)
  const rows = await listAttempts(ctx.db, id)
  return {
    evaluation_id: id,
    attempts: rows.map(({ attempt, resumedBy }) => ({
      number: attempt.number,
      reason: attempt.reason,
      resume_mode: attempt.resumeMode,
      resumed_by: resumedBy,
      started_at: attempt.startedAt.toISOString(),
      ended_at: attempt.endedAt?.toISOString() ?? null,
      ended: attempt.ended,
      end_detail: attempt.endDetail,
      processes: attempt.processes,
      executor: attempt.executor,
      machine: hostOf(attempt.machine),
      samples: attempt.samples,
      errored: attempt.errored,
    })),
  }
}

import { isTerminal, plainFailure } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { tellRunEnded } from "../../outbox/tell-run-ended.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { deleteRunSecrets } from "../../store/evaluations/run-secrets.ts"
import { signal, signalNotice } from "../../store/signals.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/**
 * Cancels a run. A queued one ends at once, and so does an upload, which takes nothing more then; for an active one the request is
 * stored, and its worker is signalled.
 * @throws ServiceError for one that has ended otherwise than by being stopped
 */
export async function cancelEvaluation(ctx: Context, id: string): Promise<EvaluationRecord> {
  await requireEvaluation(ctx, id)
  return ctx.db.transaction(async (tx) => {
    const row = await lockEvaluation(tx, id)
    if (!row) throw new ServiceError("not_found", "The evaluation was deleted")
    if (row.status === "CANCELLED") return row
    if (isTerminal(row.status)) throw new ServiceError("conflict", `The evaluation has already ended: ${row.status}`)
    // Also when no worker has it at the moment: its process may be alive, and the worker that claims it will end it.
    const isActive = row.isHosted && row.status !== "PENDING"
    const updated = await updateEvaluation(tx, id, {
      cancelRequestedAt: row.cancelRequestedAt ?? new Date(),
      ...(isActive
        ? { phaseDetail: "stopping" }
        : {
            status: "CANCELLED" as const,
            phase: "ended" as const,
            phaseDetail: null,
            completedAt: new Date(),
            failure: plainFailure("cancelled"),
          }),
    })
    if (!isActive) {
      await deleteRunSecrets(tx, id)
      await tellRunEnded(tx, updated as EvaluationRecord)
    }
    await signal(tx, "cancel", id)
    await signalNotice(tx, updated as EvaluationRecord)
    if (!row.cancelRequestedAt)
      await record(ctx, tx, { action: "run.stop", target: { kind: "run", id, name: row.name }, teamId: row.teamId })
    return updated as EvaluationRecord
  })
}

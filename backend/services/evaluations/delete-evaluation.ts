import { type BulkDeleteEvaluationsResponse, isActive } from "../../../contract/index.ts"
import { ServiceError, toError } from "../../base/errors.ts"
import { runFilesKey } from "../../base/files.ts"
import { deleteEvaluation as deleteRow } from "../../store/evaluations/delete-evaluation.ts"
import { lockEvaluation } from "../../store/evaluations/evaluations.ts"
import { deleteLogLines } from "../../store/logs/write-logs.ts"
import { signalDeletion } from "../../store/signals.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/** Deletes an evaluation with its samples, logs and files. @throws ServiceError while it is running: it has to be cancelled first */
export async function deleteEvaluation(ctx: Context, id: string): Promise<void> {
  await requireEvaluation(ctx, id)
  await ctx.db.transaction(async (tx) => {
    // It may just be resumed.
    const row = await lockEvaluation(tx, id)
    if (row?.isHosted && isActive(row.status))
      throw new ServiceError("conflict", "The evaluation is still running: stop it before deleting it")
    await deleteRow(tx, id)
    await deleteLogLines(tx, [id])
    if (!row) return
    await signalDeletion(tx, row)
    await record(ctx, tx, { action: "run.delete", target: { kind: "run", id, name: row.name }, teamId: row.teamId })
  })
  await ctx.files.delete(runFilesKey(id))
}

/** Deletes several evaluations, each on its own: one that cannot be deleted does not keep the others. */
export async function deleteEvaluations(ctx: Context, ids: string[]): Promise<BulkDeleteEvaluationsResponse> {
  const deleted: string[] = []
  const failed: string[] = []
  for (const id of new Set(ids))
    await deleteEvaluation(ctx, id).then(
      () => deleted.push(id),
      (error: unknown) => {
        if (!(error instanceof ServiceError))
          ctx.log.error({ error: toError(error).stack, evaluation: id }, "an evaluation was not deleted")
        failed.push(id)
      },
    )
  return { success_count: deleted.length, failure_count: failed.length, successful_ids: deleted, failed_ids: failed }
}

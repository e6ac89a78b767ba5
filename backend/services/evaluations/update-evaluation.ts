import { isTerminal, plainFailure, type UpdateEvaluationRequest } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { cleanJson, cleanText } from "../../base/json.ts"
import { tellRunEnded } from "../../outbox/tell-run-ended.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { signalNotice } from "../../store/signals.ts"
import type { Context } from "../context.ts"
import { isOwnRun, requireEvaluation } from "./require-evaluation.ts"

/**
 * Changes an evaluation's description, and says how an upload goes on or ended; fields that are left out stay. A run's own token sets its
 * metrics, and nothing else.
 * @throws ServiceError for the status of a hosted run, or of an upload that has ended already
 */
export async function updateEvaluationFields(ctx: Context, id: string, input: UpdateEvaluationRequest): Promise<EvaluationRecord> {
  if (!isOwnRun(ctx, id)) await requireEvaluation(ctx, id)
  else if (Object.entries(input).some(([name, value]) => name !== "metrics" && value !== undefined && value !== null))
    throw new ServiceError("forbidden", "A run's own token may set its metrics, and nothing else of it")
  return ctx.db.transaction(async (tx) => {
    // Others may change the same row: its run, or another request.
    const evaluation = await lockEvaluation(tx, id)
    if (!evaluation) throw notFound("evaluation", id)
    const updated = (await updateEvaluation(tx, id, {
      ...endOf(evaluation, input),
      name: input.name ?? evaluation.name,
      description: input.description ?? evaluation.description,
      tags: input.tags ?? evaluation.tags,
      notes: typeof input.notes === "string" ? cleanText(input.notes) || null : evaluation.notes,
      metadata: input.metadata ? cleanJson({ ...evaluation.metadata, ...input.metadata }) : evaluation.metadata,
      metrics: input.metrics ? cleanJson(input.metrics) : evaluation.metrics,
      modelName: evaluation.isHosted ? evaluation.modelName : (input.model_name ?? input.inference_model ?? evaluation.modelName),
      dataset: input.dataset ?? evaluation.dataset,
      framework: input.framework ?? evaluation.framework,
      taskType: input.task_type ?? evaluation.taskType,
      isPublic: input.is_public ?? evaluation.isPublic,
      showOnLeaderboard: input.show_on_leaderboard ?? evaluation.showOnLeaderboard,
    })) as EvaluationRecord
    if (isTerminal(updated.status) && !isTerminal(evaluation.status)) await tellRunEnded(tx, updated)
    await signalNotice(tx, updated)
    return updated
  })
}

/** What a status and an error message change. */
function endOf(row: EvaluationRecord, { status: given, error_message }: UpdateEvaluationRequest): Partial<EvaluationRecord> {
  const status = given ?? (error_message ? "FAILED" : null)
  if (!status) return {}
  if (row.isHosted)
    throw new ServiceError("conflict", "This evaluation runs on the platform, which sets its status itself: stop it instead")
  if (isTerminal(row.status)) {
    if (row.status === status && !error_message) return {}
    throw new ServiceError("conflict", `The evaluation has already ended: ${row.status}`)
  }
  if (!isTerminal(status)) return {}
  const kind = status === "CANCELLED" ? "cancelled" : status === "TIMEOUT" ? "timeout" : "upload_failed"
  return {
    status,
    phase: "ended",
    phaseDetail: null,
    completedAt: new Date(),
    failure: status === "COMPLETED" ? null : { ...plainFailure(kind), message: error_message ? cleanText(error_message) : null },
  }
}

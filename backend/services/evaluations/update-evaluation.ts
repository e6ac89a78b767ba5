import type { UpdateEvaluationRequest } from "../../../contract/index.ts"
import { cleanJson } from "../../base/json.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { updateEvaluation } from "../../store/evaluations/evaluations.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/** Changes an evaluation's description; fields that are left out stay. */
export async function updateEvaluationFields(ctx: Context, id: string, input: UpdateEvaluationRequest): Promise<EvaluationRecord> {
  const { evaluation } = await requireEvaluation(ctx, id)
  const updated = await updateEvaluation(ctx.db, id, {
    name: input.name ?? evaluation.name,
    description: input.description ?? evaluation.description,
    tags: input.tags ?? evaluation.tags,
    metadata: input.metadata ? cleanJson({ ...evaluation.metadata, ...input.metadata }) : evaluation.metadata,
    metrics: input.metrics ? cleanJson(input.metrics) : evaluation.metrics,
    modelName: evaluation.isHosted ? evaluation.modelName : (input.model_name ?? input.inference_model ?? evaluation.modelName),
    dataset: input.dataset ?? evaluation.dataset,
    framework: input.framework ?? evaluation.framework,
    taskType: input.task_type ?? evaluation.taskType,
    isPublic: input.is_public ?? evaluation.isPublic,
    showOnLeaderboard: input.show_on_leaderboard ?? evaluation.showOnLeaderboard,
  })
  return updated as EvaluationRecord
}

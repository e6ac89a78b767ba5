import type { CreateEvaluationRequest } from "../../../contract/index.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { cleanJson } from "../../base/json.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { insertEvaluation } from "../../store/evaluations/evaluations.ts"
import { signalNotice } from "../../store/signals.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"

/** Records an evaluation that ran elsewhere; its samples follow with pushSamples. */
export async function createEvaluation(ctx: Context, input: CreateEvaluationRequest): Promise<EvaluationRecord> {
  const userId = requireUser(ctx)
  if (!input.environments?.length && !input.run_id && !input.suite_id)
    throw invalid(["environments"], "say what was evaluated: environments, run_id or suite_id")
  const teamId = input.team_id ? requireTeam(ctx, input.team_id) : null
  const labels: EvaluationRecord["environments"] = []
  let namedVersionId: string | null = null
  for (const [i, reference] of (input.environments ?? []).entries()) {
    const found = await findEnvironmentById(ctx.db, ctx.viewer, reference.id)
    if (!found)
      throw new ServiceError(
        "not_found",
        `There is no environment ${JSON.stringify(reference.id)} (environments[${i}]), or you may not see it`,
      )
    const versionId = reference.version_id ?? found.environment.latestVersionId
    const stored = versionId ? await findVersionById(ctx.db, versionId) : undefined
    // Of another environment, which the caller may not see: as good as none.
    const version = stored?.environmentId === found.environment.id ? stored : undefined
    if (i === 0 && reference.version_id) namedVersionId = version?.id ?? null
    labels.push({
      id: found.environment.id,
      owner: found.owner,
      name: found.environment.name,
      version: version?.semanticVersion ?? null,
      content_hash: version?.contentHash ?? null,
    })
  }
  const row = await insertEvaluation(ctx.db, {
    id: newId(),
    name: input.name,
    userId,
    teamId,
    isHosted: false,
    evalType: input.run_id ? "training" : input.suite_id ? "suite" : "environment",
    status: "RUNNING",
    phase: "running",
    environmentId: labels[0]?.id ?? null,
    versionId: namedVersionId,
    environments: labels,
    suiteId: input.suite_id ?? null,
    runId: input.run_id ?? null,
    modelName: input.model_name ?? input.inference_model ?? null,
    dataset: input.dataset ?? null,
    framework: input.framework ?? null,
    taskType: input.task_type ?? null,
    description: input.description ?? null,
    tags: input.tags,
    metadata: cleanJson(input.metadata ?? {}),
    metrics: cleanJson(input.metrics ?? null),
    evalConfig: input.eval_config ? cleanJson({ ...input.eval_config, custom_secrets: undefined }) : null,
    isPublic: input.is_public,
    showOnLeaderboard: input.show_on_leaderboard,
    startedAt: new Date(),
  })
  await signalNotice(ctx.db, row)
  return row
}

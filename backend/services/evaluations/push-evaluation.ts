import { createHash } from "node:crypto"
import { type CreateEvaluationRequest, isActive, type JsonObject, type UpdateEvaluationRequest } from "../../../contract/index.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { cleanJson } from "../../base/json.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { deleteEvaluations, insertEvaluation, lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { deleteLogLines } from "../../store/logs/write-logs.ts"
import { storeSamples, toNewSample } from "../../store/samples/sample-batches.ts"
import { signalNotice } from "../../store/signals.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"
import { requireEvaluation } from "./read-evaluations.ts"

/** Records an evaluation that ran elsewhere; its samples follow with pushSamples. */
export async function createEvaluation(ctx: Context, input: CreateEvaluationRequest): Promise<EvaluationRecord> {
  const userId = requireUser(ctx)
  if (!input.environments?.length && !input.run_id && !input.suite_id)
    throw invalid(["environments"], "say what was evaluated: environments, run_id or suite_id")
  const teamId = input.team_id ? requireTeam(ctx, input.team_id) : null
  const labels: EvaluationRecord["environments"] = []
  for (const [i, reference] of (input.environments ?? []).entries()) {
    const found = await findEnvironmentById(ctx.db, ctx.viewer, reference.id)
    if (!found)
      throw new ServiceError(
        "not_found",
        `There is no environment ${JSON.stringify(reference.id)} (environments[${i}]), or you may not see it`,
      )
    const versionId = reference.version_id ?? found.environment.latestVersionId
    const version = versionId ? await findVersionById(ctx.db, versionId) : undefined
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
    versionId: input.environments?.[0]?.version_id ?? null,
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

/** Hash of a row, whoever sent it: the upload after a local run leaves out `id`, `prime eval push` of the same files repeats it. */
function contentHash(row: JsonObject): string {
  const { id, ...rest } = row
  const fields = Object.entries(id === (rest.example_id ?? id) ? { ...rest, example_id: id } : row)
  return createHash("sha256")
    .update(JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest("hex")
}

/**
 * Appends samples. A batch may come twice, when its answer was lost: a sample that is stored already is not stored again.
 * Two samples are the same when their ids are, or, without ids, when every byte is and they stand in the same batch place.
 */
export async function pushSamples(ctx: Context, id: string, batch: JsonObject[]): Promise<EvaluationRecord> {
  await requireLocal(ctx, id)
  const seen = new Map<string, number>()
  const keys = batch.map((row) => {
    const own = row.sample_id ?? row.trajectory_id
    const text = typeof own === "string" && own !== "" ? `id:${own}` : `sha256:${contentHash(row)}`
    const times = (seen.get(text) ?? 0) + 1
    seen.set(text, times)
    return `${text}:${times}`
  })
  return ctx.db.transaction(async (tx) => {
    const row = await lockEvaluation(tx, id)
    if (!row) throw new ServiceError("not_found", "The evaluation was deleted")
    const perExample = new Map<string, number>()
    const updated = await storeSamples(
      tx,
      row,
      batch.map((sample, i) => {
        // verifiers v1 counts its rollouts from 1.
        const given = typeof sample.rollout_number === "number" ? sample.rollout_number - 1 : sample.rollout_index
        const example = String(sample.example_id ?? sample.id ?? row.samplesDone + i)
        const nth = perExample.get(example) ?? 0
        perExample.set(example, nth + 1)
        return toNewSample(sample, {
          dedupeKey: keys[i] as string,
          rolloutIndex: typeof given === "number" && Number.isInteger(given) && given >= 0 ? given : nth,
          order: row.samplesDone + i,
        })
      }),
    )
    await signalNotice(tx, updated)
    return updated
  })
}

/** Ends a pushed evaluation. Samples that come later are still taken. */
export async function finalizeEvaluation(ctx: Context, id: string, metrics: JsonObject | null): Promise<EvaluationRecord> {
  await requireLocal(ctx, id)
  const updated = await updateEvaluation(ctx.db, id, {
    status: "COMPLETED",
    phase: "ended",
    completedAt: new Date(),
    ...(metrics ? { metrics: cleanJson(metrics) } : {}),
  })
  await signalNotice(ctx.db, updated as EvaluationRecord)
  return updated as EvaluationRecord
}

async function requireLocal(ctx: Context, id: string): Promise<void> {
  const { evaluation } = await requireEvaluation(ctx, id)
  if (evaluation.isHosted) throw new ServiceError("conflict", "This evaluation runs on the platform, which stores its samples itself")
}

/** Changes what is said about an evaluation; fields that are left out stay. */
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

/** Deletes an evaluation with its samples and logs. @throws ServiceError while it is at work: stop it first */
export async function deleteEvaluation(ctx: Context, id: string): Promise<void> {
  const { evaluation } = await requireEvaluation(ctx, id)
  if (evaluation.isHosted && isActive(evaluation.status))
    throw new ServiceError("conflict", "The evaluation is still running: stop it before deleting it")
  await ctx.db.transaction(async (tx) => {
    await deleteEvaluations(tx, [id])
    await deleteLogLines(tx, [id])
  })
}

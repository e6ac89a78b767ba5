import { type EnvironmentResult, type EnvironmentResults, pilotTag } from "../../../contract/index.ts"
import { isObject } from "../../../contract/samples/row-values.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { listEvaluations } from "../../store/evaluations/list-evaluations.ts"
import { type Context, requireUser } from "../context.ts"
import { statisticsOf } from "../evaluations/run-statistics.ts"
import { requireEnvironment } from "./find-environments.ts"

const runsMax = 200
const resultsMax = 30

/**
 * What models reached on an environment: the newest completed run of each model and version, among those of the caller. Pilots are no results:
 * a few examples would take the place of many.
 * @throws ServiceError when there is no such environment that the caller may see
 */
export async function environmentResults(ctx: Context, owner: string, name: string): Promise<EnvironmentResults> {
  requireUser(ctx)
  const { environment } = await requireEnvironment(ctx, owner, name)
  const { rows } = await listEvaluations(ctx.db, ctx.viewer, {
    environment_id: environment.id,
    statuses: ["COMPLETED"],
    sort_by: "created_at",
    sort_order: "desc",
    skip: 0,
    limit: runsMax,
  })
  const byModel = new Map<string, EvaluationRecord[]>()
  for (const { evaluation } of rows) {
    if (!evaluation.modelName || evaluation.rewardCount === 0 || evaluation.tags.includes(pilotTag)) continue
    const key = JSON.stringify([evaluation.modelName, versionOf(evaluation, environment.id)])
    byModel.set(key, [...(byModel.get(key) ?? []), evaluation])
  }
  const results: EnvironmentResult[] = []
  // One after the other: statistics that nobody has read yet are computed from every sample of a run.
  for (const runs of [...byModel.values()].slice(0, resultsMax)) {
    const [newest] = runs
    const result = newest && (await resultOf(ctx, newest, environment.id, runs.length))
    if (result) results.push(result)
  }
  return { results, runs: rows.length }
}

const versionOf = ({ environments }: EvaluationRecord, id: string): string | null =>
  environments.find((one) => one.id === id)?.version ?? null

async function resultOf(ctx: Context, run: EvaluationRecord, environmentId: string, runs: number): Promise<EnvironmentResult | null> {
  const { reward, samples, examples } = await statisticsOf(ctx, run)
  if (!reward || !run.modelName) return null
  const given = run.evalConfig?.env_args
  return {
    evaluation_id: run.id,
    model: run.modelName,
    version: versionOf(run, environmentId),
    completed_at: run.completedAt?.toISOString() ?? null,
    samples,
    examples,
    runs,
    mean: reward.mean,
    interval95: reward.interval95,
    has_arguments: isObject(given) && Object.keys(given).length > 0,
  }
}

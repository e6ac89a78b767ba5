import { rankedBy } from "../../../contract/compare/settings.ts"
import { type EnvironmentResult, type EnvironmentResults, pilotTag, type TrendPoint } from "../../../contract/index.ts"
import { isObject } from "../../../contract/samples/row-values.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import type { EvaluationWithContext } from "../../store/evaluations/evaluations.ts"
import { listEvaluations } from "../../store/evaluations/list-evaluations.ts"
import { type Context, requireUser } from "../context.ts"
import { readMarks } from "../evaluations/run-marks.ts"
import { statisticsOf } from "../evaluations/run-statistics.ts"
import { toEvaluation } from "../evaluations/to-evaluation.ts"
import { requireEnvironment } from "./find-environments.ts"

const runsMax = 200
const resultsMax = 30
const trendMax = 100

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
  const shown = rows.filter(({ evaluation }) => evaluation.modelName && evaluation.rewardCount > 0 && !evaluation.tags.includes(pilotTag))
  for (const { evaluation } of shown) {
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
  return { results, trend: await trendOf(ctx, shown.slice(0, trendMax).reverse(), environment.id), runs: rows.length }
}

/** Runs in their order, with which others each can be compared. */
async function trendOf(ctx: Context, found: readonly EvaluationWithContext[], environmentId: string): Promise<TrendPoint[]> {
  const marks = await readMarks(
    ctx,
    found.map(({ evaluation }) => evaluation),
  )
  const lines = new Map<string, number>()
  return found.map((one): TrendPoint => {
    const run = toEvaluation(one, ctx.config.publicUrl)
    const key = JSON.stringify([run.model_name, rankedBy(run).key])
    const line = lines.get(key) ?? lines.size
    lines.set(key, line)
    return {
      evaluation_id: run.evaluation_id,
      model: run.model_name ?? "",
      version: versionOf(one.evaluation, environmentId),
      completed_at: run.completed_at,
      mean: run.avg_score ?? 0,
      interval95: marks(one.evaluation).interval95,
      line,
    }
  })
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

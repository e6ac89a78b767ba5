import {
  type Evaluation,
  EvaluationStatus,
  type ListEvaluationsQuery,
  type ListEvaluationsResponse,
  type RunStatistics,
} from "../../../contract/index.ts"
import { invalid, notFound } from "../../base/errors.ts"
import { type EvaluationWithContext, findEvaluation } from "../../store/evaluations/evaluations.ts"
import { listEvaluations as listRows } from "../../store/evaluations/list-evaluations.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"
import { statisticsOf } from "./run-statistics.ts"
import { toEvaluation } from "./to-evaluation.ts"
import { whyWaiting } from "./why-waiting.ts"

/** The evaluation of that id. @throws ServiceError when there is none that the caller may see */
export async function requireEvaluation(ctx: Context, id: string): Promise<EvaluationWithContext> {
  requireUser(ctx)
  const found = await findEvaluation(ctx.db, ctx.viewer, id)
  if (!found) throw notFound("evaluation", id)
  return found
}

export async function listEvaluations(ctx: Context, query: ListEvaluationsQuery): Promise<ListEvaluationsResponse> {
  requireUser(ctx)
  const statuses = (query.status ?? "").split(",").filter(Boolean)
  for (const status of statuses)
    if (!EvaluationStatus.safeParse(status).success)
      throw invalid(["status"], `${JSON.stringify(status)} is none of ${EvaluationStatus.options.join(", ")}`)
  const { rows, total } = await listRows(ctx.db, ctx.viewer, {
    teamId: query.team_id ? requireTeam(ctx, query.team_id) : null,
    environmentId: query.environment_id ?? null,
    environmentName: query.environment_name ?? null,
    suiteId: query.suite_id ?? null,
    statuses: statuses as EvaluationStatus[],
    model: query.model ?? null,
    search: query.search ?? null,
    isHosted: query.is_hosted ?? null,
    sortBy: query.sort_by,
    descending: query.sort_order === "desc",
    skip: query.skip,
    limit: query.limit,
  })
  const waitsFor = await whyWaiting(
    ctx,
    rows.map((row) => row.evaluation),
  )
  return {
    evaluations: rows.map((row) => ({ ...toEvaluation(row, ctx.config.publicUrl), waits_for: waitsFor(row.evaluation) })),
    total,
    skip: query.skip,
    limit: query.limit,
  }
}

/** One evaluation, with the statistics that Prime's clients draw from it. */
export async function getEvaluation(ctx: Context, id: string): Promise<Evaluation> {
  const found = await requireEvaluation(ctx, id)
  const [statistics, waitsFor] = await Promise.all([statisticsOf(ctx, found.evaluation), whyWaiting(ctx, [found.evaluation])])
  return { ...toEvaluation(found, ctx.config.publicUrl), waits_for: waitsFor(found.evaluation), ...inPrimesShape(statistics) }
}

export async function getRunStatistics(ctx: Context, id: string): Promise<RunStatistics> {
  return statisticsOf(ctx, (await requireEvaluation(ctx, id)).evaluation)
}

/** The same numbers under the names that Prime's API and terminal viewer use. */
function inPrimesShape(
  statistics: RunStatistics,
): Pick<Evaluation, "statistics" | "chartData" | "rubricInfo" | "detailedMetrics" | "rewardStats"> {
  const { reward, metrics } = statistics
  if (!reward) return { statistics: null, chartData: null, rubricInfo: null, detailedMetrics: null, rewardStats: null }
  const totals = { totalResults: reward.count, totalReward: reward.mean * reward.count, avgReward: reward.mean }
  const stats = { ...totals, medianReward: reward.median, minReward: reward.min, maxReward: reward.max, stdDev: reward.std }
  return {
    statistics: totals,
    chartData: {
      histogramData: reward.bins.map((bin) => ({
        binStart: bin.from,
        binEnd: bin.to,
        range: `${bin.from.toFixed(3)}-${bin.to.toFixed(3)}`,
        count: bin.count,
      })),
      stats,
    },
    rubricInfo: { detectedMetrics: metrics.map((metric) => metric.name) },
    detailedMetrics: {
      detectedMetrics: metrics.map((metric) => metric.name),
      metricsStats: Object.fromEntries(
        metrics.map((metric) => [
          metric.name,
          { mean: metric.mean, stdDev: metric.std, count: metric.count, p50: metric.median, min: metric.min, max: metric.max },
        ]),
      ),
    },
    rewardStats: stats,
  }
}

import type { Evaluation, RunStatistics } from "../../../contract/index.ts"
import { roleIn } from "../../store/viewer.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"
import { readMarks, toMarks } from "./run-marks.ts"
import { statisticsOf } from "./run-statistics.ts"
import { toEvaluation } from "./to-evaluation.ts"
import { whyWaiting } from "./why-waiting.ts"

/** One evaluation, with the statistics that Prime's clients draw from it. */
export async function getEvaluation(ctx: Context, id: string): Promise<Evaluation> {
  const found = await requireEvaluation(ctx, id)
  const row = found.evaluation
  const [statistics, waitsFor, marksOf] = await Promise.all([statisticsOf(ctx, row), whyWaiting(ctx, [row]), readMarks(ctx, [row])])
  return {
    ...toEvaluation(found, ctx.config.publicUrl),
    access_role: roleIn(row, ctx.viewer),
    waits_for: waitsFor(row),
    ...toMarks(marksOf(row)),
    ...inPrimesShape(statistics),
  }
}

/** @param threshold a rollout passes when its reward is at least this; the library's 0.5 unless given */
export async function getRunStatistics(ctx: Context, id: string, threshold?: number | null): Promise<RunStatistics> {
  return statisticsOf(ctx, (await requireEvaluation(ctx, id)).evaluation, threshold ?? undefined)
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

import { rankedBy } from "../../../../contract/compare/settings.ts"
import { type Leaderboard, type LeaderboardRow, type Leaderboards, meanOfExamples, rankRuns } from "../../../../contract/index.ts"
import type { EvaluationWithContext } from "../../../store/evaluations/evaluations.ts"
import { listLeaderboardRuns } from "../../../store/evaluations/leaderboard.ts"
import { type Context, requireUser } from "../../context.ts"
import { requireEnvironment } from "../../environments/find-environments.ts"
import { toEvaluation } from "../to-evaluation.ts"
import { withSettledInterval } from "./compare-evaluations.ts"
import { alignRuns } from "./compared-runs.ts"

const runsMax = 200
const boardsMax = 5
const modelsMax = 20

/**
 * The leaderboards of an environment. Runs stand on one when their owners chose so (`show_on_leaderboard`), and only beside runs of the same
 * version, arguments and number of examples; of each model the newest one.
 * @throws ServiceError when there is no such environment that the caller may see
 */
export async function leaderboards(ctx: Context, owner: string, name: string): Promise<Leaderboards> {
  requireUser(ctx)
  const { environment } = await requireEnvironment(ctx, owner, name)
  const boards = new Map<string, { settings: Leaderboard["settings"]; byModel: Map<string, EvaluationWithContext> }>()
  for (const found of await listLeaderboardRuns(ctx.db, ctx.viewer, environment.id, runsMax)) {
    const { modelName, rewardCount } = found.evaluation
    if (!modelName || rewardCount === 0) continue
    const { key, settings } = rankedBy(toEvaluation(found, ctx.config.publicUrl))
    const board = boards.get(key) ?? { settings, byModel: new Map() }
    if (!board.byModel.has(modelName) && board.byModel.size < modelsMax) board.byModel.set(modelName, found)
    boards.set(key, board)
  }
  const ranked: Leaderboard[] = []
  // One after the other: examples that nobody has read yet are read from every sample of a run.
  for (const { settings, byModel } of [...boards.values()].slice(0, boardsMax))
    ranked.push({ settings, rows: await rowsOf(ctx, [...byModel.values()]) })
  return { boards: ranked }
}

async function rowsOf(ctx: Context, found: readonly EvaluationWithContext[]): Promise<LeaderboardRow[]> {
  const { examples, aligned } = await alignRuns(
    ctx,
    found.map(({ evaluation }) => evaluation),
    "zero",
  )
  const means = examples.map((run) => meanOfExamples(run, "zero"))
  const { ranks } = rankRuns(
    aligned,
    means.map(({ mean }) => mean ?? Number.NaN),
  )
  const rows = found.map((one, i): LeaderboardRow => {
    const run = toEvaluation(one, ctx.config.publicUrl)
    const cost = run.usage?.cost_usd ?? null
    const { mean, interval95 } = withSettledInterval(means[i] ?? { mean: null, interval95: null }, run)
    return {
      evaluation_id: run.evaluation_id,
      model: run.model_name ?? "",
      completed_at: run.completed_at,
      examples: examples[i]?.ids.length ?? 0,
      samples: run.total_samples,
      errored: run.progress?.errored ?? 0,
      mean: mean ?? 0,
      interval95,
      rank: ranks[i] as LeaderboardRow["rank"],
      cost_usd_per_sample: cost === null || run.total_samples === 0 ? null : cost / run.total_samples,
    }
  })
  return rows.sort((a, b) => b.mean - a.mean)
}

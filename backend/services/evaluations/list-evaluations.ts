import { EvaluationStatus, type ListEvaluationsQuery, type ListEvaluationsResponse } from "../../../contract/index.ts"
import { invalid } from "../../base/errors.ts"
import { listEvaluations as listRows } from "../../store/evaluations/list-evaluations.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"
import { toEvaluation } from "./to-evaluation.ts"
import { whyWaiting } from "./why-waiting.ts"

export async function listEvaluations(ctx: Context, query: ListEvaluationsQuery): Promise<ListEvaluationsResponse> {
  requireUser(ctx)
  const statuses = (query.status ?? "").split(",").filter(Boolean)
  for (const status of statuses)
    if (!EvaluationStatus.safeParse(status).success)
      throw invalid(["status"], `${JSON.stringify(status)} is none of ${EvaluationStatus.options.join(", ")}`)
  const filter = { ...query, team_id: query.team_id ? requireTeam(ctx, query.team_id) : null, statuses: statuses as EvaluationStatus[] }
  const { rows, total, next } = await listRows(ctx.db, ctx.viewer, filter)
  const waitsFor = await whyWaiting(
    ctx,
    rows.map((row) => row.evaluation),
  )
  return {
    evaluations: rows.map((row) => ({ ...toEvaluation(row, ctx.config.publicUrl), waits_for: waitsFor(row.evaluation) })),
    total,
    skip: query.skip,
    limit: query.limit,
    next,
  }
}

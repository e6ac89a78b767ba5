import type * as z from "zod"
import {
  type Evaluation,
  EvaluationStatus,
  type ListEvaluationModelsQuery,
  type ListEvaluationsQuery,
  type ListEvaluationsResponse,
  leftOutOfLists,
} from "../../../contract/index.ts"
import { invalid } from "../../base/errors.ts"
import { listEvaluationModels as listModels, listEvaluations as listRows, listTags } from "../../store/evaluations/list-evaluations.ts"
import { roleIn } from "../../store/viewer.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"
import { columnsOf, readMarks, toMarks } from "./run-marks.ts"
import { toEvaluation } from "./to-evaluation.ts"
import { whyWaiting } from "./why-waiting.ts"

/** @throws ServiceError for a status that is none, or a team of others */
function toFilter<Query extends Pick<ListEvaluationsQuery, "status" | "team_id" | "archived">>(ctx: Context, query: Query) {
  requireUser(ctx)
  const statuses = (query.status ?? "").split(",").filter(Boolean)
  for (const status of statuses)
    if (!EvaluationStatus.safeParse(status).success)
      throw invalid(["status"], `${JSON.stringify(status)} is none of ${EvaluationStatus.options.join(", ")}`)
  return {
    ...query,
    team_id: query.team_id ? requireTeam(ctx, query.team_id) : null,
    statuses: statuses as EvaluationStatus[],
    archived: query.archived ?? false,
  }
}

/** The models of the runs that match the filters, whatever page they are on. */
export const listEvaluationModels = async (ctx: Context, query: z.output<typeof ListEvaluationModelsQuery>): Promise<string[]> =>
  listModels(ctx.db, ctx.viewer, toFilter(ctx, query))

/** The tags of the caller's runs, of those not too long ago. */
export async function listEvaluationTags(ctx: Context): Promise<string[]> {
  requireUser(ctx)
  return listTags(ctx.db, ctx.viewer)
}

export async function listEvaluations(ctx: Context, query: ListEvaluationsQuery): Promise<ListEvaluationsResponse> {
  const { rows, total, previous, next } = await listRows(ctx.db, ctx.viewer, toFilter(ctx, query))
  const runs = rows.map((row) => row.evaluation)
  const columns = query.columns ?? []
  const [waitsFor, marksOf] = await Promise.all([whyWaiting(ctx, runs), readMarks(ctx, runs, columns)])
  return {
    evaluations: rows.map((row) => {
      const marks = marksOf(row.evaluation)
      return {
        ...forList(toEvaluation(row, ctx.config.publicUrl)),
        waits_for: waitsFor(row.evaluation),
        access_role: roleIn(row.evaluation, ctx.viewer),
        ...toMarks(marks),
        ...(columns.length > 0 ? { columns: columnsOf(row.evaluation, marks.metrics, columns) } : {}),
      }
    }),
    total,
    skip: query.skip,
    limit: query.limit,
    previous,
    next,
  }
}

const errorCharactersMax = 300

/** What a list shows of a run, as the CLI reads it: an upload's metadata may be of any size, and of it only the run's size is kept. */
function forList(run: Evaluation): Evaluation {
  const { num_examples, rollouts_per_example, avg_reward } = run.metadata
  const { num_examples: examples = num_examples, rollouts_per_example: rollouts = rollouts_per_example } = run.eval_config ?? {}
  const listed: Evaluation = {
    ...run,
    metadata: { num_examples: examples, rollouts_per_example: rollouts, avg_reward },
    error_message: run.error_message?.slice(0, errorCharactersMax) ?? null,
  }
  for (const key of leftOutOfLists) delete listed[key]
  return listed
}

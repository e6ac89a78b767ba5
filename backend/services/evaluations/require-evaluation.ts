import { notFound } from "../../base/errors.ts"
import { type EvaluationWithContext, findEvaluation } from "../../store/evaluations/evaluations.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "../identity/may.ts"

/** The evaluation of that id. @throws ServiceError when there is none that the caller may see, or when they may not do this with it */
export async function requireEvaluation(ctx: Context, id: string): Promise<EvaluationWithContext> {
  requireUser(ctx)
  const asked = ctx.runs?.get(id) ?? findEvaluation(ctx.db, ctx.viewer, id)
  ctx.runs?.set(id, asked)
  const found = await asked
  if (!found) throw notFound("evaluation", id)
  requireMay(ctx, found.evaluation)
  return found
}

/** Whether a run asks about itself, with its own token. */
export const isOwnRun = ({ caller }: Context, id: string): boolean => caller.kind === "run" && caller.evaluationId === id

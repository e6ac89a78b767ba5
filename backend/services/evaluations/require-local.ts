import { isTerminal } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { findOwnEvaluation } from "../../store/evaluations/evaluations.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "../identity/may.ts"

/** @throws ServiceError for a run that the caller may not see or change, for a hosted one, and for an upload that ended otherwise than by being complete: it takes nothing more */
export async function requireLocal(ctx: Context, id: string): Promise<void> {
  requireUser(ctx)
  const evaluation = await findOwnEvaluation(ctx.db, ctx.viewer, id)
  if (!evaluation) throw notFound("evaluation", id)
  requireMay(ctx, evaluation)
  if (evaluation.isHosted) throw new ServiceError("conflict", "This evaluation runs on the platform, which stores its samples itself")
  if (isTerminal(evaluation.status) && evaluation.status !== "COMPLETED")
    throw new ServiceError("conflict", `The evaluation has ended: ${evaluation.failure?.title ?? evaluation.status}`)
}

import { notFound } from "../../base/errors.ts"
import { hasSample } from "../../store/reviews/reviews.ts"
import { type Context, requireUser } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"

/** @returns the caller. @throws ServiceError for a run or a sample that is not there, or that the caller may not see */
export async function requireSample(ctx: Context, evaluationId: string, sampleId: string): Promise<string> {
  const userId = requireUser(ctx)
  await requireEvaluation(ctx, evaluationId)
  if (!(await hasSample(ctx.db, evaluationId, sampleId))) throw notFound("sample", sampleId)
  return userId
}

import { deleteReview as deleteRow } from "../../store/reviews/reviews.ts"
import type { Context } from "../context.ts"
import { requireSample } from "./require-sample.ts"

/** Takes back what the caller said about a sample, or about one of its turns. @returns whether there was anything */
export async function deleteReview(ctx: Context, evaluationId: string, sampleId: string, turn: string | null): Promise<boolean> {
  const userId = await requireSample(ctx, evaluationId, sampleId)
  return deleteRow(ctx.db, evaluationId, sampleId, userId, turn ?? "")
}

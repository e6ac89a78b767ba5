import { limits, type PutReviewRequest, type Review } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { cleanText } from "../../base/json.ts"
import { findUser } from "../../store/identity/users.ts"
import { listOwnTurns, lockReviews, upsertReview } from "../../store/reviews/reviews.ts"
import type { Context } from "../context.ts"
import { toReview } from "./list-reviews.ts"
import { requireSample } from "./require-sample.ts"

/**
 * Stores what the caller says about a sample or one of its turns, in place of what they said about it before.
 * @throws ServiceError for a sample that they may not see, and when they have said as much about it as one person may
 */
export async function putReview(ctx: Context, evaluationId: string, sampleId: string, input: PutReviewRequest): Promise<Review> {
  const userId = await requireSample(ctx, evaluationId, sampleId)
  const turn = input.turn ?? ""
  const row = await ctx.db.transaction(async (tx) => {
    await lockReviews(tx, sampleId, userId)
    const turns = await listOwnTurns(tx, evaluationId, sampleId, userId)
    if (turns.length >= limits.reviewsPerSampleMax && !turns.includes(turn))
      throw new ServiceError(
        "conflict",
        `You have reviewed ${limits.reviewsPerSampleMax} turns of this sample, which is the most: delete one first`,
      )
    return upsertReview(tx, {
      sampleId,
      userId,
      turn,
      evaluationId,
      rating: input.rating ?? null,
      labels: (input.labels ?? []).map(cleanText),
      note: cleanText(input.note ?? "") || null,
      drawn: input.drawn ?? false,
    })
  })
  return toReview(row, (await findUser(ctx.db, userId))?.name ?? "", userId)
}

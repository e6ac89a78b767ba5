import type { ListReviewsQuery, ListReviewsResponse, Review } from "../../../contract/index.ts"
import { listReviews as listRows, type ReviewRecord } from "../../store/reviews/reviews.ts"
import type { Context } from "../context.ts"
import { requireSample } from "./require-sample.ts"

/** A review as the API says it. @param author the name of who wrote it */
export const toReview = (row: ReviewRecord, author: string, callerId: string): Review => ({
  sample_id: row.sampleId,
  turn: row.turn || null,
  rating: row.rating,
  labels: row.labels,
  note: row.note,
  drawn: row.drawn,
  author: { id: row.userId, name: author },
  is_mine: row.userId === callerId,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})

/** What people said about a sample and its turns, oldest first. */
export async function listReviews(
  ctx: Context,
  evaluationId: string,
  sampleId: string,
  page: ListReviewsQuery,
): Promise<ListReviewsResponse> {
  const userId = await requireSample(ctx, evaluationId, sampleId)
  const { rows, total } = await listRows(ctx.db, evaluationId, sampleId, page)
  return { reviews: rows.map(({ author, ...row }) => toReview(row, author, userId)), total }
}

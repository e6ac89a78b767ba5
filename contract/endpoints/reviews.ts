import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import { limits } from "../limits.ts"
import * as reviews from "../reviews/reviews.ts"

const evaluationId = z.object({ evaluation_id: Id })
const sampleId = evaluationId.extend({ sample_id: z.string() })

export const reviewsEndpoints = {
  listReviews: endpoint({
    method: "get",
    path: "/evaluations/{evaluation_id}/samples/{sample_id}/reviews",
    group: "evaluations",
    summary: "What people say about a sample and its turns, oldest first",
    access: "required",
    params: sampleId,
    query: reviews.ListReviewsQuery,
    status: 200,
    answer: "json",
    response: reviews.ListReviewsResponse,
    extension: true,
  }),
  putReview: endpoint({
    method: "put",
    path: "/evaluations/{evaluation_id}/samples/{sample_id}/reviews",
    group: "evaluations",
    summary: `Say what the caller thinks of a sample or of one of its turns, in place of what they said about it before; at most ${limits.reviewsPerSampleMax} a sample`,
    access: "required",
    params: sampleId,
    body: reviews.PutReviewRequest,
    status: 200,
    answer: "json",
    response: reviews.Review,
    extension: true,
  }),
  deleteReview: endpoint({
    method: "delete",
    path: "/evaluations/{evaluation_id}/samples/{sample_id}/reviews",
    group: "evaluations",
    summary: "Take back what the caller said about a sample or one of its turns",
    access: "required",
    params: sampleId,
    query: z.object({ turn: z.string().max(20).nullish().describe("The number of the message; left out for the whole sample") }),
    status: 200,
    answer: "json",
    response: z.object({ sample_id: z.string(), deleted: z.boolean() }),
    extension: true,
  }),
  getReviewSummary: endpoint({
    method: "get",
    path: "/evaluations/{evaluation_id}/reviews/summary",
    group: "evaluations",
    summary: "How many samples people reviewed, how far they agree with the automatic reward, and the mean that their ratings correct",
    access: "required",
    params: evaluationId,
    query: reviews.ReviewSummaryQuery,
    status: 200,
    answer: "json",
    response: reviews.ReviewSummary,
    extension: true,
  }),
}

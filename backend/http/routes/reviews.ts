import { endpoints } from "../../../contract/index.ts"
import { deleteReview } from "../../services/reviews/delete-review.ts"
import { listReviews } from "../../services/reviews/list-reviews.ts"
import { putReview } from "../../services/reviews/put-review.ts"
import { summariseReviews } from "../../services/reviews/summarise-reviews.ts"
import { type App, route } from "../route.ts"

export function reviewRoutes(app: App): void {
  route(app, endpoints.listReviews, async ({ ctx, params, query }) => listReviews(ctx, params.evaluation_id, params.sample_id, query))
  route(app, endpoints.putReview, async ({ ctx, params, body }) => putReview(ctx, params.evaluation_id, params.sample_id, body))
  route(app, endpoints.deleteReview, async ({ ctx, params, query }) => ({
    sample_id: params.sample_id,
    deleted: await deleteReview(ctx, params.evaluation_id, params.sample_id, query.turn ?? null),
  }))
  route(app, endpoints.getReviewSummary, async ({ ctx, params, query }) =>
    summariseReviews(ctx, params.evaluation_id, query.pass_threshold ?? undefined),
  )
}

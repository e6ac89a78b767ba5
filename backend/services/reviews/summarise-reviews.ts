import { isUnitRange, passThreshold, type ReviewSummary } from "../../../contract/index.ts"
import { agreementOf, correctedMean, peopleAgreement } from "../../../contract/reviews/summary.ts"
import {
  countReviewed,
  countSkipped,
  listRated,
  listRatedTwice,
  listReviewLabels,
  sumRewardsByExample,
} from "../../store/reviews/rated-samples.ts"
import type { Context } from "../context.ts"
import { keepByRun } from "../evaluations/keep-by-run.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"

const keptRuns = 30
const pairsMax = 10

/** They read every sample of a run, and no review changes them. */
const rewardsOf = keepByRun((ctx, row) => sumRewardsByExample(ctx.db, row.id), keptRuns)

/**
 * What people's reviews of a run's samples come to.
 * @param threshold a rollout passes when its reward is at least this
 * @throws ServiceError for a run that the caller may not see
 */
export async function summariseReviews(ctx: Context, id: string, threshold = passThreshold): Promise<ReviewSummary> {
  const { evaluation } = await requireEvaluation(ctx, id)
  const [reviewed, labels, rated, twice] = await Promise.all([
    countReviewed(ctx.db, id),
    listReviewLabels(ctx.db, id),
    listRated(ctx.db, id),
    listRatedTwice(ctx.db, id, pairsMax),
  ])
  const inUnit = isUnitRange({ low: evaluation.rewardMin ?? 0, high: evaluation.rewardMax ?? 1 })
  const drawn = rated.filter(({ drawnRating }) => drawnRating !== null)
  return {
    evaluation_id: id,
    reviewed: reviewed.samples,
    rated: rated.length,
    drawn: drawn.length,
    skipped: drawn.length > 0 ? await countSkipped(ctx.db, id) : 0,
    people: reviewed.people,
    labels,
    agreement: agreementOf(rated, threshold),
    between_people: twice.map(({ people, ...table }) => peopleAgreement(people, table)),
    corrected: drawn.length > 0 ? correctedMean({ ...(await rewardsOf(ctx, evaluation)), isUnitRange: inUnit }, drawn) : null,
  }
}

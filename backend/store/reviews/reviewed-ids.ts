import { and, eq, type SQL, sql } from "drizzle-orm"
import { reviews } from "../schema.ts"

/**
 * Ids of the samples of a run that were reviewed, as an array: with that the planner looks each of them up, where with a join it would read all samples
 * of a large run.
 */
export const reviewedIds = (evaluationId: string, condition?: SQL): SQL =>
  sql`array(select ${reviews.sampleId} from ${reviews} where ${and(eq(reviews.evaluationId, evaluationId), condition)})`

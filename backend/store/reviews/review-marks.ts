import { and, countDistinct, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { reviews } from "../schema.ts"

/** What people said about a sample, in short. */
export interface ReviewMarks {
  people: number
  /** The mean over those who rated the whole sample. */
  rating: number | null
  labels: string[]
  /** What one person said about the whole sample. */
  mine: { rating: number | null; drawn: boolean } | null
}

/** More labels than that do not fit a row of a list. */
const labelsMax = 20

/** By the ids of those of some samples that were reviewed. @param userId whose own review is meant */
export async function readReviewMarks(
  db: Db,
  evaluationId: string,
  sampleIds: readonly string[],
  userId: string | null,
): Promise<Map<string, ReviewMarks>> {
  if (sampleIds.length === 0) return new Map()
  const isMine = sql`${reviews.userId} = ${userId} and ${reviews.turn} = ''`
  const rows = await db
    .select({
      id: reviews.sampleId,
      people: countDistinct(reviews.userId),
      rating: sql<number | null>`avg(${reviews.rating}) filter (where ${reviews.turn} = '')`,
      labels: sql`json_agg(${reviews.labels} order by ${reviews.createdAt})`.mapWith((text): string[][] => JSON.parse(text)),
      isMine: sql<boolean>`coalesce(bool_or(${isMine}), false)`,
      myRating: sql<number | null>`max(${reviews.rating}) filter (where ${isMine})`,
      isDrawn: sql<boolean>`coalesce(bool_or(${reviews.drawn}) filter (where ${isMine}), false)`,
    })
    .from(reviews)
    .where(and(eq(reviews.evaluationId, evaluationId), sql`${reviews.sampleId} = any(${sql.param([...sampleIds])}::text[])`))
    .groupBy(reviews.sampleId)
  return new Map(
    rows.map(({ id, people, rating, labels, isMine, myRating, isDrawn }) => [
      id,
      {
        people,
        rating,
        labels: [...new Set(labels.flat())].slice(0, labelsMax),
        mine: isMine ? { rating: myRating, drawn: isDrawn } : null,
      },
    ]),
  )
}

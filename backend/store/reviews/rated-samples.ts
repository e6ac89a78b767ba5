import { and, count, countDistinct, desc, eq, isNotNull, lt, type SQL, sql } from "drizzle-orm"
import { alias } from "drizzle-orm/pg-core"
import { ratingPasses } from "../../../contract/reviews/ratings.ts"
import type { PassTable } from "../../../contract/statistics/agreement.ts"
import { boundedSum } from "../columns.ts"
import type { Db } from "../db.ts"
import { current } from "../samples/sample.ts"
import { drawKey, reviews, samples, users } from "../schema.ts"
import { reviewedIds } from "./reviewed-ids.ts"

/** Skipped samples are not counted further. */
const skippedMax = 1000
const labelsMax = 50

const isCurrentOf = (evaluationId: string) =>
  and(eq(reviews.evaluationId, evaluationId), sql`${samples.id} = any(${reviewedIds(evaluationId)})`, current)

/** A sample that counts and that people rated as a whole. */
export interface RatedRow {
  exampleId: string
  reward: number | null
  /** The mean over those who rated it, */
  rating: number
  /** and over those of them to whom it came up in the draw; null where it came up to none. */
  drawnRating: number | null
}

/** All samples of a run that people rated as a whole. */
export function listRated(db: Db, evaluationId: string): Promise<RatedRow[]> {
  return db
    .select({
      exampleId: samples.exampleId,
      reward: samples.reward,
      rating: sql<number>`avg(${reviews.rating})`,
      drawnRating: sql<number | null>`avg(${reviews.rating}) filter (where ${reviews.drawn})`,
    })
    .from(reviews)
    .innerJoin(samples, eq(samples.id, reviews.sampleId))
    .where(and(isCurrentOf(evaluationId), eq(reviews.turn, ""), isNotNull(reviews.rating)))
    .groupBy(samples.evaluationId, samples.seq)
    .orderBy(samples.seq)
}

/** How many samples of a run were reviewed, by how many people. */
export async function countReviewed(db: Db, evaluationId: string): Promise<{ samples: number; people: number }> {
  const [found] = await db
    .select({ samples: countDistinct(reviews.sampleId), people: countDistinct(reviews.userId) })
    .from(reviews)
    .innerJoin(samples, eq(samples.id, reviews.sampleId))
    .where(isCurrentOf(evaluationId))
  return found ?? { samples: 0, people: 0 }
}

/** Two people who rated the same samples, and what each of them passes. */
export interface RatedTwice extends PassTable {
  people: [string, string]
}

/** Pairs of people who rated the same samples of a run, those with the most such samples first. */
export async function listRatedTwice(db: Db, evaluationId: string, limit: number): Promise<RatedTwice[]> {
  const [first, second] = [alias(reviews, "first"), alias(reviews, "second")]
  const [one, other] = [alias(users, "one"), alias(users, "other")]
  const passes = (review: typeof first | typeof second) => sql`${review.rating} >= ${ratingPasses}`
  const count = (condition: SQL) => sql<number>`(count(*) filter (where ${condition}))::int`
  const rows = await db
    .select({
      one: one.name,
      other: other.name,
      bothPass: count(sql`${passes(first)} and ${passes(second)}`),
      bothFail: count(sql`not ${passes(first)} and not ${passes(second)}`),
      onlyFirst: count(sql`${passes(first)} and not ${passes(second)}`),
      onlySecond: count(sql`not ${passes(first)} and ${passes(second)}`),
    })
    .from(first)
    .innerJoin(second, and(eq(second.sampleId, first.sampleId), lt(first.userId, second.userId), eq(second.turn, "")))
    .innerJoin(samples, eq(samples.id, first.sampleId))
    .innerJoin(one, eq(one.id, first.userId))
    .innerJoin(other, eq(other.id, second.userId))
    .where(
      and(
        eq(first.evaluationId, evaluationId),
        eq(first.turn, ""),
        isNotNull(first.rating),
        isNotNull(second.rating),
        sql`${samples.id} = any(${reviewedIds(evaluationId)})`,
        current,
      ),
    )
    .groupBy(first.userId, second.userId, one.name, other.name)
    .orderBy(sql`count(*) desc`, one.name, other.name)
    .limit(limit)
  return rows.map(({ one, other, ...table }) => ({ people: [one, other], ...table }))
}

/** The most frequent labels of a run's samples. */
export function listReviewLabels(db: Db, evaluationId: string): Promise<{ label: string; samples: number }[]> {
  const label = sql<string>`unnest(${reviews.labels})`.as("label")
  const given = db
    .select({ label, sampleId: reviews.sampleId })
    .from(reviews)
    .innerJoin(samples, eq(samples.id, reviews.sampleId))
    .where(isCurrentOf(evaluationId))
    .as("given")
  const of = countDistinct(given.sampleId)
  return db.select({ label: given.label, samples: of }).from(given).groupBy(given.label).orderBy(desc(of), given.label).limit(labelsMax)
}

/** How many samples came up in the draw before the last one that was rated so, and were not; at most a thousand. */
export async function countSkipped(db: Db, evaluationId: string): Promise<number> {
  // With the run, though the sample would do: reviews of other runs are never looked at.
  const isDrawnRating = sql`${reviews.evaluationId} = ${evaluationId} and ${reviews.sampleId} = ${samples.id} and ${reviews.turn} = ''
    and ${reviews.drawn} and ${reviews.rating} is not null`
  const last = sql`(
    select max(${drawKey(samples.id)}) from ${reviews} join ${samples} on ${isDrawnRating} where ${current}
  )`
  const skipped = db
    .select({ id: samples.id })
    .from(samples)
    .where(
      and(
        eq(samples.evaluationId, evaluationId),
        current,
        sql`${drawKey(samples.id)} < ${last}`,
        sql`not exists (select from ${reviews} where ${isDrawnRating})`,
      ),
    )
    .limit(skippedMax)
    .as("skipped")
  const [found] = await db.select({ count: count() }).from(skipped)
  return found?.count ?? 0
}

/** The rewards of a run's samples by example: all ids, with the sum and the number of those that there are. */
export async function sumRewardsByExample(db: Db, evaluationId: string): Promise<{ ids: string[]; sums: number[]; sizes: number[] }> {
  const rows = await db
    .select({ id: samples.exampleId, sum: boundedSum(samples.reward), size: count() })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current, isNotNull(samples.reward)))
    .groupBy(samples.exampleId)
  return { ids: rows.map(({ id }) => id), sums: rows.map(({ sum }) => sum), sizes: rows.map(({ size }) => size) }
}

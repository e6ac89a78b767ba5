import { and, asc, count, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { reviews, samples, users } from "../schema.ts"

const reviewFields = {
  sampleId: reviews.sampleId,
  userId: reviews.userId,
  turn: reviews.turn,
  evaluationId: reviews.evaluationId,
  rating: reviews.rating,
  labels: reviews.labels,
  note: reviews.note,
  drawn: reviews.drawn,
  createdAt: reviews.createdAt,
  updatedAt: reviews.updatedAt,
}

export type ReviewRecord = Selected<typeof reviewFields>

const isOfSample = (evaluationId: string, sampleId: string) => and(eq(reviews.evaluationId, evaluationId), eq(reviews.sampleId, sampleId))

const isOwn = (evaluationId: string, sampleId: string, userId: string) =>
  and(isOfSample(evaluationId, sampleId), eq(reviews.userId, userId))

/** Whether a run has a sample of that id. */
export async function hasSample(db: Db, evaluationId: string, sampleId: string): Promise<boolean> {
  const found = await db
    .select({ id: samples.id })
    .from(samples)
    .where(and(eq(samples.id, sampleId), eq(samples.evaluationId, evaluationId)))
  return found.length > 0
}

/** Lets one request at a time review a sample for a person, until the transaction ends. */
export async function lockReviews(tx: Db, sampleId: string, userId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('reviews'), hashtext(${`${sampleId} ${userId}`}))`)
}

/** The turns of a sample that a person has reviewed; the empty one is the whole sample. */
export async function listOwnTurns(db: Db, evaluationId: string, sampleId: string, userId: string): Promise<string[]> {
  const rows = await db
    .select({ turn: reviews.turn })
    .from(reviews)
    .where(isOwn(evaluationId, sampleId, userId))
  return rows.map(({ turn }) => turn)
}

/** Stores a review in place of the one that the person wrote before; a sample that once came up in the draw did so for good. */
export async function upsertReview(db: Db, values: NewOf<typeof reviewFields>): Promise<ReviewRecord> {
  const { rating, labels, note } = values
  const [row] = await db
    .insert(reviews)
    .values(toRow(reviews, reviewFields, values))
    .onConflictDoUpdate({
      target: [reviews.sampleId, reviews.userId, reviews.turn],
      set: { rating, labels, note, drawn: sql`${reviews.drawn} or excluded.drawn`, updatedAt: sql`now()` },
    })
    .returning(reviewFields)
  return row as ReviewRecord
}

/** @returns whether there was one */
export async function deleteReview(db: Db, evaluationId: string, sampleId: string, userId: string, turn: string): Promise<boolean> {
  const deleted = await db
    .delete(reviews)
    .where(and(isOwn(evaluationId, sampleId, userId), eq(reviews.turn, turn)))
    .returning({ turn: reviews.turn })
  return deleted.length > 0
}

/** A page of what people said about a sample, oldest first, with their names, and how much there is in all. */
export async function listReviews(
  db: Db,
  evaluationId: string,
  sampleId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: (ReviewRecord & { author: string })[]; total: number }> {
  const where = isOfSample(evaluationId, sampleId)
  const rows = await db
    .select({ ...reviewFields, author: users.name })
    .from(reviews)
    .innerJoin(users, eq(users.id, reviews.userId))
    .where(where)
    .orderBy(asc(reviews.createdAt), asc(reviews.userId), asc(reviews.turn))
    .limit(limit)
    .offset(offset)
  const [total] = await db.select({ count: count() }).from(reviews).where(where)
  return { rows, total: total?.count ?? 0 }
}

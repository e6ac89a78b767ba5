import { and, count, desc, eq, gt, isNull, or, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { runShares } from "../schema.ts"

const shareFields = {
  id: runShares.id,
  evaluationId: runShares.evaluationId,
  userId: runShares.userId,
  tokenHash: runShares.tokenHash,
  sealedToken: runShares.sealedToken,
  passwordHash: runShares.passwordHash,
  samples: runShares.samples,
  logs: runShares.logs,
  expiresAt: runShares.expiresAt,
  createdAt: runShares.createdAt,
  lastOpenedAt: runShares.lastOpenedAt,
}

export type ShareRecord = Selected<typeof shareFields>

/** The links of a run, newest first: their number is limited where they are made. */
export const listShares = (db: Db, evaluationId: string): Promise<ShareRecord[]> =>
  db
    .select(shareFields)
    .from(runShares)
    .where(eq(runShares.evaluationId, evaluationId))
    .orderBy(desc(runShares.createdAt), desc(runShares.id))

export async function countShares(db: Db, evaluationId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(runShares).where(eq(runShares.evaluationId, evaluationId))
  return row?.count ?? 0
}

export async function insertShare(db: Db, values: NewOf<typeof shareFields>): Promise<ShareRecord> {
  const [row] = await db
    .insert(runShares)
    .values(toRow(runShares, shareFields, values))
    .returning(shareFields)
  return row as ShareRecord
}

/** @returns whether the run had such a link */
export async function deleteShare(db: Db, evaluationId: string, id: string): Promise<boolean> {
  const deleted = await db
    .delete(runShares)
    .where(and(eq(runShares.evaluationId, evaluationId), eq(runShares.id, id)))
    .returning({ id: runShares.id })
  return deleted.length > 0
}

/** The link with this token, unless it has expired. */
export const findOpenShare = async (db: Db, tokenHash: string): Promise<ShareRecord | undefined> =>
  (
    await db
      .select(shareFields)
      .from(runShares)
      .where(and(eq(runShares.tokenHash, tokenHash), or(isNull(runShares.expiresAt), gt(runShares.expiresAt, sql`now()`))))
  )[0]

/** Keeps when a link was last opened, to the minute. */
export async function noteShareOpened(db: Db, id: string): Promise<void> {
  await db
    .update(runShares)
    .set({ lastOpenedAt: sql`now()` })
    .where(and(eq(runShares.id, id), sql`coalesce(${runShares.lastOpenedAt}, 'epoch') < now() - interval '1 minute'`))
}

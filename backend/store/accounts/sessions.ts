import { and, count, desc, eq, gt, lt, ne, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { sessions } from "../schema.ts"

export const sessionFields = {
  id: sessions.id,
  userId: sessions.userId,
  tokenHash: sessions.tokenHash,
  method: sessions.method,
  browser: sessions.browser,
  address: sessions.address,
  createdAt: sessions.createdAt,
  lastUsedAt: sessions.lastUsedAt,
  expiresAt: sessions.expiresAt,
}

/** A browser that is signed in. */
export type SessionRecord = Selected<typeof sessionFields>

const alive = gt(sessions.expiresAt, sql`now()`)

/** Stores a session, and forgets those that have expired. */
export async function insertSession(db: Db, values: NewOf<typeof sessionFields>): Promise<void> {
  await db.delete(sessions).where(lt(sessions.expiresAt, sql`now()`))
  await db.insert(sessions).values(toRow(sessions, sessionFields, values))
}

/** The session with this token, unless it has expired. */
export async function findSession(db: Db, tokenHash: string): Promise<SessionRecord | undefined> {
  return (
    await db
      .select(sessionFields)
      .from(sessions)
      .where(and(eq(sessions.tokenHash, tokenHash), alive))
  )[0]
}

/** Keeps when a session was last used. */
export async function noteSessionUsed(db: Db, id: string): Promise<void> {
  await db.update(sessions).set({ lastUsedAt: sql`now()` }).where(eq(sessions.id, id))
}

/** A person's sessions, the last used first. */
export async function listSessions(
  db: Db,
  userId: string,
  page: { offset: number; limit: number },
): Promise<{ rows: SessionRecord[]; total: number }> {
  const where = and(eq(sessions.userId, userId), alive)
  const rows = await db
    .select(sessionFields)
    .from(sessions)
    .where(where)
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(sessions).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** Ends a session of a person. @returns how many there were of that id */
export async function deleteSession(db: Db, userId: string, id: string): Promise<number> {
  return (
    await db
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
      .returning({ id: sessions.id })
  ).length
}

/** Ends all sessions of a person but one, or all. @returns how many there were */
export async function deleteSessions(db: Db, userId: string, exceptId: string | null): Promise<number> {
  return (
    await db
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), exceptId === null ? undefined : ne(sessions.id, exceptId)))
      .returning({ id: sessions.id })
  ).length
}

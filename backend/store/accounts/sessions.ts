import { and, count, desc, eq, gt, lt, ne, type Placeholder, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { type Roles, rolesOf } from "../identity/teams.ts"
import { prepared } from "../prepared.ts"
import { sessions } from "../schema.ts"
import { signal } from "../signals.ts"

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

/** @param idleHours without a request, after which a session has ended; 0 is no limit */
const alive = (idleHours: number | Placeholder) =>
  and(
    gt(sessions.expiresAt, sql`now()`),
    sql`(${idleHours}::float8 = 0 or ${sessions.lastUsedAt} > now() - make_interval(secs => ${idleHours}::float8 * 3600))`,
  )

/** Stores a session, and forgets those that have expired. */
export async function insertSession(db: Db, values: NewOf<typeof sessionFields>): Promise<void> {
  await db.delete(sessions).where(lt(sessions.expiresAt, sql`now()`))
  await db.insert(sessions).values(toRow(sessions, sessionFields, values))
}

const sessionByToken = prepared("session_by_token", (db, name) =>
  db
    .select({ ...sessionFields, roles: rolesOf(sessions.userId) })
    .from(sessions)
    .where(and(eq(sessions.tokenHash, sql.placeholder("tokenHash")), alive(sql.placeholder("idleHours"))))
    .prepare(name),
)

/** The session with this token and its user's roles, unless it has expired or was idle for too long. */
export async function findSession(db: Db, tokenHash: string, idleHours: number): Promise<(SessionRecord & { roles: Roles }) | undefined> {
  return (await sessionByToken(db).execute({ tokenHash, idleHours }))[0]
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
  idleHours: number,
): Promise<{ rows: SessionRecord[]; total: number }> {
  const where = and(eq(sessions.userId, userId), alive(idleHours))
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

/** Ends a session of a person, and what is open with it. @returns how many there were of that id */
export const deleteSession = (db: Db, userId: string, id: string): Promise<number> => end(db, userId, eq(sessions.id, id))

/** Ends all sessions of a person but one, and what is open with them. @returns how many there were */
export const deleteSessions = (db: Db, userId: string, exceptId: string | null): Promise<number> =>
  end(db, userId, exceptId === null ? undefined : ne(sessions.id, exceptId))

async function end(db: Db, userId: string, which: SQL | undefined): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), which))
    .returning({ id: sessions.id })
  if (ended.length > 0) await signal(db, "access", userId)
  return ended.length
}

import { and, eq, isNull, sql } from "drizzle-orm"
import { newId } from "../base/ids.ts"
import type { Db } from "./db.ts"
import { apiKeys, memberships, runTokens, teams, users } from "./schema/index.ts"

export type UserRow = typeof users.$inferSelect

export async function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)))[0]
}

/** The user that everything belongs to until there are accounts: made at the first start. */
export async function ensureOwner(db: Db, slug: string): Promise<UserRow> {
  await db
    .insert(users)
    .values({ id: newId(), name: "Local user", email: `${slug}@localhost`, slug, role: "ADMIN" })
    .onConflictDoNothing()
  const [row] = await db
    .select()
    .from(users)
    .where(eq(users.email, `${slug}@localhost`))
  return row as UserRow
}

export async function ensureApiKey(db: Db, userId: string, hash: string, prefix: string): Promise<void> {
  await db.insert(apiKeys).values({ id: newId(), userId, name: "first key", hash, prefix }).onConflictDoNothing()
}

export async function findUserIdByKeyHash(db: Db, hash: string): Promise<string | undefined> {
  const [row] = await db
    .select({ userId: apiKeys.userId })
    .from(apiKeys)
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)))
  return row?.userId
}

export async function insertRunToken(db: Db, token: typeof runTokens.$inferInsert): Promise<void> {
  await db.insert(runTokens).values(token)
}

/** The run that a token speaks for, while the token lives. */
export async function findRunByTokenHash(db: Db, hash: string): Promise<string | undefined> {
  const [row] = await db
    .select({ evaluationId: runTokens.evaluationId })
    .from(runTokens)
    .where(and(eq(runTokens.hash, hash), isNull(runTokens.revokedAt), sql`${runTokens.expiresAt} > now()`))
  return row?.evaluationId
}

export async function revokeRunTokens(db: Db, evaluationId: string): Promise<void> {
  await db
    .update(runTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(runTokens.evaluationId, evaluationId), isNull(runTokens.revokedAt)))
}

export async function listTeamIds(db: Db, userId: string): Promise<string[]> {
  return (await db.select({ id: memberships.teamId }).from(memberships).where(eq(memberships.userId, userId))).map((row) => row.id)
}

export async function findTeamBySlug(db: Db, slug: string) {
  return (await db.select().from(teams).where(eq(teams.slug, slug)))[0]
}

import { and, asc, count, desc, eq, isNull, ne, sql } from "drizzle-orm"
import type { Permission } from "../../../contract/index.ts"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import { apiKeys, memberships, runTokens, teams, users } from "../schema.ts"

export type UserRow = typeof users.$inferSelect
export type TeamRow = typeof teams.$inferSelect
export type ApiKeyRow = typeof apiKeys.$inferSelect
type Membership = typeof memberships.$inferSelect

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

/** The run that a token speaks for, while the token lives, and what it may be used for. */
export async function findRunByTokenHash(db: Db, hash: string): Promise<{ evaluationId: string; permissions: Permission[] } | undefined> {
  const [row] = await db
    .select({ evaluationId: runTokens.evaluationId, permissions: runTokens.permissions })
    .from(runTokens)
    .where(and(eq(runTokens.hash, hash), isNull(runTokens.revokedAt), sql`${runTokens.expiresAt} > now()`))
  return row
}

export async function revokeRunTokens(db: Db, evaluationId: string): Promise<void> {
  await db
    .update(runTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(runTokens.evaluationId, evaluationId), isNull(runTokens.revokedAt)))
}

/** What a member is in a team; undefined for everybody else. */
export async function findRole(db: Db, teamId: string, userId: string): Promise<Membership["role"] | undefined> {
  const where = and(eq(memberships.teamId, teamId), eq(memberships.userId, userId))
  return (await db.select({ role: memberships.role }).from(memberships).where(where))[0]?.role
}

export async function listTeamIds(db: Db, userId: string): Promise<string[]> {
  return (await db.select({ id: memberships.teamId }).from(memberships).where(eq(memberships.userId, userId))).map((row) => row.id)
}

/** What a user is in a team; undefined for others. */
export async function findTeamRole(db: Db, userId: string, teamId: string): Promise<Membership["role"] | undefined> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.teamId, teamId)))
  return row?.role
}

export async function findTeamBySlug(db: Db, slug: string) {
  return (await db.select().from(teams).where(eq(teams.slug, slug)))[0]
}

export async function findTeamById(db: Db, id: string) {
  return (await db.select().from(teams).where(eq(teams.id, id)))[0]
}

/** Whether nobody else is called so. Users and teams share one set of names; the lock makes whoever takes one the only one. */
async function isSlugFree(tx: Db, slug: string, exceptUserId: string | null): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('slugs'))`)
  if (await findTeamBySlug(tx, slug)) return false
  const [other] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.slug, slug), exceptUserId === null ? undefined : ne(users.id, exceptUserId)))
  return !other
}

/** Names a user; undefined when the name is taken. */
export async function updateUserSlug(db: Db, userId: string, slug: string): Promise<UserRow | undefined> {
  return db.transaction(async (tx) => {
    if (!(await isSlugFree(tx, slug, userId))) return undefined
    return (await tx.update(users).set({ slug }).where(eq(users.id, userId)).returning())[0]
  })
}

/** Makes a team with its first member as admin; undefined when the slug is taken. */
export async function insertTeam(db: Db, team: typeof teams.$inferInsert, adminId: string): Promise<TeamRow | undefined> {
  return db.transaction(async (tx) => {
    if (!(await isSlugFree(tx, team.slug, null))) return undefined
    const [row] = await tx.insert(teams).values(team).returning()
    await tx.insert(memberships).values({ teamId: team.id, userId: adminId, role: "ADMIN" })
    return row
  })
}

/** A user's teams by name, with the role in each. */
export async function listTeams(
  db: Db,
  userId: string,
  page: { offset: number; limit: number },
): Promise<{ rows: { team: TeamRow; membership: Membership }[]; total: number }> {
  const where = eq(memberships.userId, userId)
  const rows = await db
    .select({ team: teams, membership: memberships })
    .from(memberships)
    .innerJoin(teams, eq(teams.id, memberships.teamId))
    .where(where)
    .orderBy(asc(teams.name), asc(teams.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(memberships).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** A team's members, in the order they joined. */
export async function listMembers(
  db: Db,
  teamId: string,
  page: { offset: number; limit: number },
): Promise<{ rows: { user: UserRow; membership: Membership }[]; total: number }> {
  const where = eq(memberships.teamId, teamId)
  const rows = await db
    .select({ user: users, membership: memberships })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(where)
    .orderBy(asc(memberships.joinedAt), asc(users.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(memberships).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** A user's keys that work, newest first. */
export async function listApiKeys(db: Db, userId: string): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
}

export async function insertApiKey(db: Db, values: typeof apiKeys.$inferInsert): Promise<ApiKeyRow> {
  return (await db.insert(apiKeys).values(values).returning())[0] as ApiKeyRow
}

/** Ends a key of this user; undefined when there is none of that id that works. */
export async function revokeApiKey(db: Db, userId: string, id: string): Promise<ApiKeyRow | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .returning()
  return row
}

import { and, asc, count, desc, eq, ilike, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm"
import type { ActionStatus } from "../../contract/index.ts"
import type { Db } from "./db.ts"
import { environmentActions, environments, environmentVersions, evaluations, teams, users } from "./schema/index.ts"

export type EnvironmentRecord = typeof environments.$inferSelect
export type VersionRecord = typeof environmentVersions.$inferSelect
export type ActionRecord = typeof environmentActions.$inferSelect

/** Whom a query may show things to: nobody in particular, or a user with the teams that the user belongs to. */
export interface Viewer {
  userId: string | null
  teamIds: string[]
}

export const ownerSlug = sql<string>`coalesce(${teams.slug}, ${users.slug}, ${users.id})`
const ownerType = sql<"user" | "team">`case when ${environments.teamId} is null then 'user' else 'team' end`

const ownedBy = (viewer: Viewer): SQL =>
  or(
    viewer.userId === null ? sql`false` : and(eq(environments.userId, viewer.userId), sql`${environments.teamId} is null`),
    viewer.teamIds.length === 0 ? sql`false` : inArray(environments.teamId, viewer.teamIds),
  ) as SQL
const visibleTo = (viewer: Viewer): SQL => or(eq(environments.visibility, "PUBLIC"), ownedBy(viewer)) as SQL

const withOwner = (db: Db) =>
  db
    .select({ environment: environments, owner: ownerSlug, ownerType, mayWrite: sql<boolean>`false` })
    .from(environments)
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))

export interface OwnedEnvironment {
  environment: EnvironmentRecord
  owner: string
  ownerType: "user" | "team"
  mayWrite: boolean
}

const one = async (db: Db, viewer: Viewer, which: SQL | undefined): Promise<OwnedEnvironment | undefined> => {
  const [row] = await withOwner(db).where(and(which, visibleTo(viewer)))
  if (!row) return undefined
  const { userId, teamId } = row.environment
  return { ...row, mayWrite: teamId ? viewer.teamIds.includes(teamId) : userId === viewer.userId }
}

export const findEnvironmentBySlug = (db: Db, viewer: Viewer, owner: string, name: string) =>
  one(db, viewer, and(sql`${ownerSlug} = ${owner}`, eq(environments.name, name)))

export const findEnvironmentById = (db: Db, viewer: Viewer, id: string) => one(db, viewer, eq(environments.id, id))

/** The environment of one owner by its name; a row lock keeps two first pushes from making it twice. */
export async function insertEnvironment(db: Db, values: typeof environments.$inferInsert): Promise<boolean> {
  return (await db.insert(environments).values(values).onConflictDoNothing().returning({ id: environments.id })).length === 1
}

export async function updateEnvironment(db: Db, id: string, values: Partial<typeof environments.$inferInsert>): Promise<void> {
  await db
    .update(environments)
    .set({ ...values, updatedAt: sql`now()` })
    .where(eq(environments.id, id))
}

export interface EnvironmentFilter {
  search?: string | null
  owner?: string | null
  visibility?: string | null
  tags?: string[]
  ciStatus?: string | null
  mineOnly?: boolean
  sortBy: "name" | "created_at" | "updated_at" | "stars"
  descending: boolean
  limit: number
  offset: number
}

const lastAction = sql<ActionStatus | null>`(select a.status from environment_actions a where a.version_id = ${environments.latestVersionId} order by a.created_at desc limit 1)`

export async function listEnvironments(db: Db, viewer: Viewer, filter: EnvironmentFilter) {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  const where = and(
    filter.mineOnly ? ownedBy(viewer) : visibleTo(viewer),
    isNotNull(environments.latestVersionId),
    filter.search
      ? or(
          ilike(environments.name, pattern),
          ilike(environments.description, pattern),
          sql`${ownerSlug} || '/' || ${environments.name} ilike ${pattern}`,
        )
      : undefined,
    filter.owner ? sql`${ownerSlug} = ${filter.owner}` : undefined,
    filter.visibility ? eq(environments.visibility, filter.visibility.toUpperCase() as "PUBLIC") : undefined,
    filter.tags?.length ? sql`${environments.tags} @> ${sql.param(filter.tags)}::text[]` : undefined,
    filter.ciStatus ? sql`${lastAction} = ${filter.ciStatus.toUpperCase()}` : undefined,
  )
  const key = {
    name: environments.name,
    created_at: environments.createdAt,
    updated_at: environments.updatedAt,
    stars: environments.createdAt,
  }[filter.sortBy]
  const direction = filter.descending ? desc : asc
  const rows = await db
    .select({
      environment: environments,
      owner: ownerSlug,
      ownerType,
      version: environmentVersions.semanticVersion,
      action: lastAction,
      evaluationCount: sql<number>`(select count(*)::int from ${evaluations} e where e.environment_id = ${environments.id})`,
      lastEvaluationAt:
        sql<Date | null>`(select max(e.created_at) from ${evaluations} e where e.environment_id = ${environments.id})`.mapWith(
          evaluations.createdAt,
        ),
    })
    .from(environments)
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    .leftJoin(environmentVersions, eq(environmentVersions.id, environments.latestVersionId))
    .where(where)
    .orderBy(direction(key), direction(environments.id))
    .limit(filter.limit)
    .offset(filter.offset)
  const [total] = await db
    .select({ count: count() })
    .from(environments)
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    .where(where)
  return { rows, total: total?.count ?? 0 }
}

/** A version by `latest`, version number, full content hash or a prefix of it of at least 8 digits. Published ones only. */
export async function findVersion(db: Db, environment: EnvironmentRecord, version: string): Promise<VersionRecord | undefined> {
  const which =
    version === "latest"
      ? eq(environmentVersions.id, environment.latestVersionId ?? "")
      : or(
          eq(environmentVersions.semanticVersion, version),
          eq(environmentVersions.id, version),
          /^[0-9a-f]{8,64}$/.test(version) ? sql`starts_with(${environmentVersions.contentHash}, ${version})` : undefined,
        )
  const [row] = await db
    .select()
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environment.id), isNotNull(environmentVersions.publishedAt), which))
    .orderBy(desc(environmentVersions.publishedAt))
    .limit(1)
  return row
}

export async function findVersionById(db: Db, id: string): Promise<VersionRecord | undefined> {
  return (await db.select().from(environmentVersions).where(eq(environmentVersions.id, id)))[0]
}

export async function findVersionByHash(db: Db, environmentId: string, contentHash: string): Promise<VersionRecord | undefined> {
  const [row] = await db
    .select()
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environmentId), eq(environmentVersions.contentHash, contentHash)))
  return row
}

/** Whether a version of this number was published with other content. */
export async function findVersionByNumber(db: Db, environmentId: string, semanticVersion: string): Promise<VersionRecord | undefined> {
  const [row] = await db
    .select()
    .from(environmentVersions)
    .where(
      and(
        eq(environmentVersions.environmentId, environmentId),
        eq(environmentVersions.semanticVersion, semanticVersion),
        isNotNull(environmentVersions.publishedAt),
      ),
    )
  return row
}

/** Announces a version, or announces it again with other files while it is not published. */
export async function upsertVersion(db: Db, values: typeof environmentVersions.$inferInsert): Promise<VersionRecord> {
  const { id: _, environmentId: __, contentHash: ___, ...changes } = values
  const [row] = await db
    .insert(environmentVersions)
    .values(values)
    .onConflictDoUpdate({ target: [environmentVersions.environmentId, environmentVersions.contentHash], set: changes })
    .returning()
  return row as VersionRecord
}

export async function updateVersion(db: Db, id: string, values: Partial<typeof environmentVersions.$inferInsert>): Promise<void> {
  await db.update(environmentVersions).set(values).where(eq(environmentVersions.id, id))
}

export async function listVersions(db: Db, environmentId: string) {
  return db
    .select({
      version: environmentVersions,
      action: sql<ActionStatus | null>`(select a.status from environment_actions a where a.version_id = ${environmentVersions.id} order by a.created_at desc limit 1)`,
    })
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environmentId), isNotNull(environmentVersions.publishedAt)))
    .orderBy(desc(environmentVersions.publishedAt))
    .limit(500)
}

export async function insertAction(db: Db, values: typeof environmentActions.$inferInsert): Promise<void> {
  await db.insert(environmentActions).values(values)
}

export async function findAction(db: Db, id: string): Promise<ActionRecord | undefined> {
  return (await db.select().from(environmentActions).where(eq(environmentActions.id, id)))[0]
}

export async function findLastAction(db: Db, versionId: string): Promise<ActionRecord | undefined> {
  const [row] = await db
    .select()
    .from(environmentActions)
    .where(eq(environmentActions.versionId, versionId))
    .orderBy(desc(environmentActions.createdAt))
    .limit(1)
  return row
}

export async function listActions(db: Db, environmentId: string, versionId: string | null, limit: number, offset: number) {
  const where = and(
    eq(environmentActions.environmentId, environmentId),
    versionId ? eq(environmentActions.versionId, versionId) : undefined,
  )
  const rows = await db
    .select({ action: environmentActions, version: environmentVersions })
    .from(environmentActions)
    .innerJoin(environmentVersions, eq(environmentVersions.id, environmentActions.versionId))
    .where(where)
    .orderBy(desc(environmentActions.createdAt))
    .limit(limit)
    .offset(offset)
  const [total] = await db.select({ count: count() }).from(environmentActions).where(where)
  return { rows, total: total?.count ?? 0 }
}

export async function findEnvironmentName(db: Db, id: string): Promise<string | undefined> {
  return (await db.select({ name: environments.name }).from(environments).where(eq(environments.id, id)))[0]?.name
}

import { and, asc, count, desc, eq, ilike, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm"
import type { ActionStatus } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { environmentActions, environments, environmentVersions, evaluations, memberships, teams, users } from "../schema.ts"

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

/** Whether a user may change an environment, whoever asks: for the engine, which acts for users. */
export async function mayWriteEnvironment(db: Db, id: string, userId: string): Promise<boolean> {
  const membership = sql`exists (select 1 from ${memberships} m where m.team_id = ${environments.teamId} and m.user_id = ${userId})`
  const [row] = await db
    .select({
      mayWrite: sql<boolean>`case when ${environments.teamId} is null then ${environments.userId} = ${userId} else ${membership} end`,
    })
    .from(environments)
    .where(eq(environments.id, id))
  return row?.mayWrite ?? false
}

/** Makes an environment. False when its owner has one of that name: the index lets only one of two first pushes through. */
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

/** Published versions whose content hash begins so. Two are enough to know that the prefix does not tell. */
export async function findVersionsByHashPrefix(db: Db, environmentId: string, prefix: string): Promise<VersionRecord[]> {
  return db
    .select()
    .from(environmentVersions)
    .where(
      and(
        eq(environmentVersions.environmentId, environmentId),
        isNotNull(environmentVersions.publishedAt),
        sql`starts_with(${environmentVersions.contentHash}, ${prefix})`,
      ),
    )
    .limit(2)
}

/** The environment's row, locked until the transaction ends: whoever changes which version is the latest holds it. */
export async function lockEnvironment(db: Db, id: string): Promise<EnvironmentRecord | undefined> {
  return (await db.select().from(environments).where(eq(environments.id, id)).for("update"))[0]
}

/** Deletes a version with its checks, and makes the one published before it the latest when it was the latest. */
export async function deleteVersion(db: Db, environment: EnvironmentRecord, versionId: string): Promise<void> {
  await db.delete(environmentVersions).where(eq(environmentVersions.id, versionId))
  if (environment.latestVersionId !== versionId) return
  const [newest] = await db
    .select({ id: environmentVersions.id })
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environment.id), isNotNull(environmentVersions.publishedAt)))
    .orderBy(desc(environmentVersions.publishedAt))
    .limit(1)
  await updateEnvironment(db, environment.id, { latestVersionId: newest?.id ?? null })
}

/** Deletes an environment with its versions and checks. Evaluations keep the name they ran under. */
export async function deleteEnvironment(db: Db, id: string): Promise<void> {
  await db.delete(environments).where(eq(environments.id, id))
}

/** Every version of an environment, published or not: what has files. */
export async function listVersionIds(db: Db, environmentId: string): Promise<string[]> {
  const rows = await db
    .select({ id: environmentVersions.id })
    .from(environmentVersions)
    .where(eq(environmentVersions.environmentId, environmentId))
  return rows.map((row) => row.id)
}

/** Checks of an environment, or of one version: what has logs. */
export async function listActionIds(db: Db, which: { environmentId: string } | { versionId: string }): Promise<string[]> {
  const where =
    "versionId" in which ? eq(environmentActions.versionId, which.versionId) : eq(environmentActions.environmentId, which.environmentId)
  return (await db.select({ id: environmentActions.id }).from(environmentActions).where(where)).map((row) => row.id)
}

/** The name of a project as package indexes compare it (PEP 503). */
const projectName = sql<string>`regexp_replace(lower(${environments.name}), '[-_.]+', '-', 'g')`

const publicOf = (owner: string) =>
  and(sql`${ownerSlug} = ${owner}`, eq(environments.visibility, "PUBLIC"), isNotNull(environments.latestVersionId))

/** Projects that an owner's package index has: the public environments with a published version. */
export async function listProjects(db: Db, owner: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ name: projectName })
    .from(environments)
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    .where(publicOf(owner))
    .orderBy(projectName)
  return rows.map((row) => row.name)
}

/** Published versions of the public environments that a project name stands for, newest first. */
export async function listProjectVersions(db: Db, owner: string, project: string): Promise<VersionRecord[]> {
  const rows = await db
    .select({ version: environmentVersions })
    .from(environmentVersions)
    .innerJoin(environments, eq(environments.id, environmentVersions.environmentId))
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    .where(and(publicOf(owner), sql`${projectName} = ${project}`, isNotNull(environmentVersions.publishedAt)))
    .orderBy(desc(environmentVersions.publishedAt))
  return rows.map((row) => row.version)
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

import { and, count, desc, eq, gt, isNotNull, notInArray, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type EvaluationWithContext, readWithContext } from "../evaluations/evaluations.ts"
import { environments, environmentVersions, evaluations, runShares, teams, users } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

/** Whether a person has launched a run, and whether they have made a link to one. */
export async function findRunsMade(db: Db, userId: string): Promise<{ hasRun: boolean; hasShared: boolean }> {
  const [runs, shares] = await Promise.all([
    db
      .select({ id: evaluations.id })
      .from(evaluations)
      .where(and(eq(evaluations.userId, userId), eq(evaluations.isHosted, true)))
      .orderBy(sql`${evaluations.createdAt} desc nulls first, ${evaluations.id} desc nulls first`)
      .limit(1),
    db.select({ id: runShares.id }).from(runShares).where(eq(runShares.userId, userId)).limit(1),
  ])
  return { hasRun: runs.length > 0, hasShared: shares.length > 0 }
}

/** Whether the viewer owns a published environment that is none of these, which an owner has from the start. */
export async function hasEnvironment(db: Db, viewer: Viewer, samples: { ownerId: string; names: readonly string[] }): Promise<boolean> {
  const isSample = and(eq(environments.userId, samples.ownerId), sql`${environments.teamId} is null`)
  // Counted, since for the first one found the planner would rather look through everybody's.
  const [found] = await db
    .select({ count: count() })
    .from(environments)
    .where(
      and(
        ownedBy(environments, viewer),
        isNotNull(environments.latestVersionId),
        samples.names.length === 0 ? undefined : or(sql`not (${isSample})`, notInArray(environments.name, [...samples.names])),
      ),
    )
  return (found?.count ?? 0) > 0
}

const hasEnded = sql`${evaluations.status} in ('COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED')`

/** How many of the viewer's runs have ended since a moment, and the newest of them. A run that ends is changed, so the index of changes finds it. */
export async function findEnded(
  db: Db,
  viewer: Viewer,
  since: Date,
  limit: number,
): Promise<{ total: number; rows: EvaluationWithContext[] }> {
  const where: SQL | undefined = and(
    ownedBy(evaluations, viewer),
    gt(evaluations.updatedAt, since),
    gt(evaluations.completedAt, since),
    sql`${evaluations.archivedAt} is null`,
    hasEnded,
  )
  const order = desc(evaluations.updatedAt)
  const ids = db.select({ id: evaluations.id }).from(evaluations).where(where).orderBy(order).limit(limit)
  const [found, [total]] = await Promise.all([ids, db.select({ count: count() }).from(evaluations).where(where)])
  const rows = await readWithContext(
    db,
    found.map(({ id }) => id),
  )
  return { total: total?.count ?? 0, rows }
}

export interface NewVersion {
  environmentId: string
  owner: string
  name: string
  version: string | null
  publishedAt: Date
}

/** The newest versions of the viewer's environments since a moment. */
export async function listNewVersions(db: Db, viewer: Viewer, since: Date, limit: number): Promise<NewVersion[]> {
  const rows = await db
    .select({
      environmentId: environments.id,
      owner: sql<string>`coalesce(${teams.slug}, ${users.slug}, ${users.id})`,
      name: environments.name,
      version: environmentVersions.semanticVersion,
      publishedAt: environmentVersions.publishedAt,
    })
    .from(environments)
    .innerJoin(environmentVersions, eq(environmentVersions.environmentId, environments.id))
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    // Publishing changes an environment, so that few have versions to look through.
    .where(and(ownedBy(environments, viewer), gt(environments.updatedAt, since), gt(environmentVersions.publishedAt, since)))
    .orderBy(desc(environmentVersions.publishedAt))
    .limit(limit)
  return rows.flatMap(({ publishedAt, ...row }) => (publishedAt === null ? [] : [{ ...row, publishedAt }]))
}

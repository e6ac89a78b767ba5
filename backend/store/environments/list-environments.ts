import { and, asc, count, desc, eq, ilike, isNotNull, or, sql } from "drizzle-orm"
import type { ActionStatus } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { environments, environmentVersions, evaluations, teams, users } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { environmentFields, isOwnedBySlug, ownerSlug, ownerType } from "./environment.ts"
import { visibleTo } from "./environments.ts"

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

const lastCheckStatus = sql<ActionStatus | null>`(select a.status from environment_actions a where a.version_id = ${environments.latestVersionId} order by a.created_at desc limit 1)`

export async function listEnvironments(db: Db, viewer: Viewer, filter: EnvironmentFilter) {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  const where = and(
    filter.mineOnly ? ownedBy(environments, viewer) : visibleTo(viewer),
    isNotNull(environments.latestVersionId),
    filter.search
      ? or(
          ilike(environments.name, pattern),
          ilike(environments.description, pattern),
          sql`${ownerSlug} || '/' || ${environments.name} ilike ${pattern}`,
        )
      : undefined,
    filter.owner ? isOwnedBySlug(filter.owner) : undefined,
    filter.visibility ? eq(environments.visibility, filter.visibility.toUpperCase() as "PUBLIC") : undefined,
    filter.tags?.length ? sql`${environments.tags} @> ${sql.param(filter.tags)}::text[]` : undefined,
    filter.ciStatus ? sql`${lastCheckStatus} = ${filter.ciStatus.toUpperCase()}` : undefined,
  )
  const key = {
    name: environments.name,
    created_at: environments.createdAt,
    updated_at: environments.updatedAt,
    stars: environments.createdAt,
  }[filter.sortBy]
  const direction = filter.descending ? desc : asc
  // Others' private runs show in no count, and in no date.
  const counted = and(eq(evaluations.environmentId, environments.id), or(ownedBy(evaluations, viewer), evaluations.isPublic))
  const rows = await db
    .select({
      environment: environmentFields,
      owner: ownerSlug,
      ownerType,
      version: environmentVersions.semanticVersion,
      action: lastCheckStatus,
      evaluationCount: sql<number>`(select count(*)::int from ${evaluations} where ${counted})`,
      lastEvaluationAt: sql<Date | null>`(select max(${evaluations.createdAt}) from ${evaluations} where ${counted})`.mapWith(
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
  const counting = db.select({ count: count() }).from(environments).$dynamic()
  // Only a search reads the owner's name; without the joins the rows need not be read to count them.
  if (filter.search) counting.innerJoin(users, eq(users.id, environments.userId)).leftJoin(teams, eq(teams.id, environments.teamId))
  const [total] = await counting.where(where)
  return { rows, total: total?.count ?? 0 }
}

import { and, asc, count, desc, eq, ilike, inArray, or, sql } from "drizzle-orm"
import type { EvaluationStatus } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { type EvaluationWithContext, withContext } from "./evaluations.ts"

export interface EvaluationFilter {
  teamId?: string | null
  environmentId?: string | null
  /** `name` or `owner/name`. */
  environmentName?: string | null
  suiteId?: string | null
  statuses?: EvaluationStatus[]
  model?: string | null
  search?: string | null
  isHosted?: boolean | null
  sortBy: "created_at" | "updated_at" | "avg_score" | "name" | "model"
  descending: boolean
  skip: number
  limit: number
}

export async function listEvaluations(
  db: Db,
  viewer: Viewer,
  filter: EvaluationFilter,
): Promise<{ rows: EvaluationWithContext[]; total: number }> {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  const [owner, name] = filter.environmentName?.includes("/") ? filter.environmentName.split("/") : [undefined, filter.environmentName]
  const where = and(
    ownedBy(evaluations, viewer),
    filter.teamId ? eq(evaluations.teamId, filter.teamId) : undefined,
    filter.environmentId ? sql`${evaluations.environments} @> ${JSON.stringify([{ id: filter.environmentId }])}::jsonb` : undefined,
    name ? sql`${evaluations.environments} @> ${JSON.stringify([{ name, ...(owner ? { owner } : {}) }])}::jsonb` : undefined,
    filter.suiteId ? eq(evaluations.suiteId, filter.suiteId) : undefined,
    filter.statuses?.length ? inArray(evaluations.status, filter.statuses) : undefined,
    filter.model ? eq(evaluations.modelName, filter.model) : undefined,
    filter.search
      ? or(ilike(evaluations.name, pattern), ilike(evaluations.modelName, pattern), eq(evaluations.id, filter.search))
      : undefined,
    filter.isHosted === null || filter.isHosted === undefined ? undefined : eq(evaluations.isHosted, filter.isHosted),
  )
  const direction = filter.descending ? desc : asc
  const key = {
    created_at: evaluations.createdAt,
    updated_at: evaluations.updatedAt,
    avg_score: sql`(${evaluations.rewardSum} / nullif(${evaluations.rewardCount}, 0))`,
    name: evaluations.name,
    model: evaluations.modelName,
  }[filter.sortBy]
  const order = filter.sortBy === "avg_score" ? sql`${key} ${sql.raw(filter.descending ? "desc" : "asc")} nulls last` : direction(key)
  const rows = await withContext(db).where(where).orderBy(order, direction(evaluations.id)).limit(filter.limit).offset(filter.skip)
  const [total] = await db.select({ count: count() }).from(evaluations).where(where)
  return { rows, total: total?.count ?? 0 }
}

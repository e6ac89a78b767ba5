import { and, asc, count, desc, eq, ilike, inArray, or, sql } from "drizzle-orm"
import type { EvaluationStatus, ListEvaluationsQuery } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { type EvaluationWithContext, withContext } from "./evaluations.ts"

/** The contract's query, with its statuses taken apart. */
export type EvaluationFilter = Omit<ListEvaluationsQuery, "status"> & { statuses?: EvaluationStatus[] }

export async function listEvaluations(
  db: Db,
  viewer: Viewer,
  filter: EvaluationFilter,
): Promise<{ rows: EvaluationWithContext[]; total: number }> {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  const [owner, name] = filter.environment_name?.includes("/") ? filter.environment_name.split("/") : [undefined, filter.environment_name]
  const where = and(
    ownedBy(evaluations, viewer),
    filter.team_id ? eq(evaluations.teamId, filter.team_id) : undefined,
    filter.environment_id ? sql`${evaluations.environments} @> ${JSON.stringify([{ id: filter.environment_id }])}::jsonb` : undefined,
    name ? sql`${evaluations.environments} @> ${JSON.stringify([{ name, ...(owner ? { owner } : {}) }])}::jsonb` : undefined,
    filter.suite_id ? eq(evaluations.suiteId, filter.suite_id) : undefined,
    filter.statuses?.length ? inArray(evaluations.status, filter.statuses) : undefined,
    filter.model ? eq(evaluations.modelName, filter.model) : undefined,
    filter.search
      ? or(ilike(evaluations.name, pattern), ilike(evaluations.modelName, pattern), eq(evaluations.id, filter.search))
      : undefined,
    typeof filter.is_hosted === "boolean" ? eq(evaluations.isHosted, filter.is_hosted) : undefined,
  )
  const direction = filter.sort_order === "desc" ? desc : asc
  const key = {
    created_at: evaluations.createdAt,
    updated_at: evaluations.updatedAt,
    avg_score: sql`(${evaluations.rewardSum} / nullif(${evaluations.rewardCount}, 0))`,
    name: evaluations.name,
    model: evaluations.modelName,
  }[filter.sort_by]
  const order = filter.sort_by === "avg_score" ? sql`${key} ${sql.raw(filter.sort_order)} nulls last` : direction(key)
  const rows = await withContext(db).where(where).orderBy(order, direction(evaluations.id)).limit(filter.limit).offset(filter.skip)
  const [total] = await db.select({ count: count() }).from(evaluations).where(where)
  return { rows, total: total?.count ?? 0 }
}

import { and, count, eq, ilike, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm"
import type { EvaluationStatus, ListEvaluationsQuery } from "../../../contract/index.ts"
import { invalid } from "../../base/errors.ts"
import { countKept } from "../count-kept.ts"
import type { Db } from "../db.ts"
import { evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { type EvaluationWithContext, withContext } from "./evaluations.ts"
import { hasEnvironment, scoreAscending, scoreDescending } from "./schema.ts"

/** The contract's query, with its statuses taken apart. */
export type EvaluationFilter = Omit<ListEvaluationsQuery, "status"> & { statuses?: EvaluationStatus[] }

type Conditions = Omit<EvaluationFilter, "skip" | "after" | "limit" | "sort_by" | "sort_order">

function matching(viewer: Viewer, filter: Conditions): SQL | undefined {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  const [owner, name] = filter.environment_name?.includes("/") ? filter.environment_name.split("/") : [undefined, filter.environment_name]
  return and(
    ownedBy(evaluations, viewer),
    filter.team_id ? eq(evaluations.teamId, filter.team_id) : undefined,
    filter.environment_id ? hasEnvironment({ id: filter.environment_id }) : undefined,
    name ? hasEnvironment({ name, ...(owner ? { owner } : {}) }) : undefined,
    filter.suite_id ? eq(evaluations.suiteId, filter.suite_id) : undefined,
    filter.statuses?.length ? inArray(evaluations.status, filter.statuses) : undefined,
    filter.model ? eq(evaluations.modelName, filter.model) : undefined,
    filter.search
      ? or(ilike(evaluations.name, pattern), ilike(evaluations.modelName, pattern), eq(evaluations.id, filter.search))
      : undefined,
    typeof filter.is_hosted === "boolean" ? eq(evaluations.isHosted, filter.is_hosted) : undefined,
  )
}

const modelsMax = 1000

/** The models of all runs that match, by name. */
export async function listEvaluationModels(db: Db, viewer: Viewer, filter: Conditions): Promise<string[]> {
  const rows = await db
    .selectDistinct({ model: sql<string>`${evaluations.modelName}` })
    .from(evaluations)
    .where(and(matching(viewer, filter), isNotNull(evaluations.modelName)))
    .orderBy(evaluations.modelName)
    .limit(modelsMax)
  return rows.map(({ model }) => model)
}

export async function listEvaluations(
  db: Db,
  viewer: Viewer,
  filter: EvaluationFilter,
): Promise<{ rows: EvaluationWithContext[]; total: number; next: string | null }> {
  const where = matching(viewer, filter)
  const { key, type, isNullable } = sortKey(filter.sort_by, filter.sort_order)
  const direction = sql.raw(filter.sort_order)
  const beyond =
    typeof filter.after === "string" ? afterCursor(readCursor(filter.after), { key, type, isNullable }, filter.sort_order) : undefined
  const order = sql`${key} ${direction}${sql.raw(isNullable ? " nulls last" : "")}, ${evaluations.id} ${direction}`
  // The rows that are skipped are passed over by their ids alone.
  const ids = db
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(and(where, beyond))
    .orderBy(order)
    .limit(filter.limit + 1)
    .offset(beyond ? 0 : filter.skip)
  const [found, total] = await Promise.all([
    withContext(db, key).where(inArray(evaluations.id, ids)).orderBy(order),
    countKept(db.select({ count: count() }).from(evaluations).where(where)),
  ])
  const page = found.slice(0, filter.limit)
  const last = page.at(-1)
  const next = found.length > filter.limit && last ? `${last.sortKey === null ? "n" : `v${last.sortKey}`}:${last.evaluation.id}` : null
  return { rows: page, total, next }
}

interface SortKey {
  key: SQL
  type: "timestamptz" | "float8" | "text"
  isNullable?: boolean
}

/** What runs are sorted by. A run without a score is taken as worse than all others, so that it comes last in both directions. */
function sortKey(by: ListEvaluationsQuery["sort_by"], order: "asc" | "desc"): SortKey {
  switch (by) {
    case "created_at":
      return { key: sql`${evaluations.createdAt}`, type: "timestamptz" }
    case "updated_at":
      return { key: sql`${evaluations.updatedAt}`, type: "timestamptz" }
    case "avg_score":
      return { key: order === "asc" ? scoreAscending : scoreDescending, type: "float8" }
    case "name":
      return { key: sql`${evaluations.name}`, type: "text" }
    case "model":
      return { key: sql`${evaluations.modelName}`, type: "text", isNullable: true }
  }
}

interface Cursor {
  /** Null: the last run of the page before has no value to sort by. */
  key: string | null
  id: string
}

/** What follows a run in the order of a list: what is beyond it, and what has no value. */
function afterCursor({ key: last, id }: Cursor, { key, type, isNullable }: SortKey, order: "asc" | "desc"): SQL {
  const comparison = sql.raw(order === "desc" ? "<" : ">")
  if (last === null) return sql`(${key} is null and ${evaluations.id} ${comparison} ${id})`
  const beyond = sql`(${key}, ${evaluations.id}) ${comparison} (${last}::${sql.raw(type)}, ${id})`
  return isNullable ? sql`(${beyond} or ${key} is null)` : beyond
}

function readCursor(text: string): Cursor {
  const match = /^(n|v.*):([^:]+)$/s.exec(text)
  if (!match) throw invalid(["after"], "is not the `next` of an earlier page")
  return { key: match[1] === "n" ? null : (match[1] as string).slice(1), id: match[2] as string }
}

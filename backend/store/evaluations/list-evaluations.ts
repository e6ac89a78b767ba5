import { and, arrayContains, count, eq, ilike, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm"
import type { EvaluationStatus, ListEvaluationsQuery } from "../../../contract/index.ts"
import { invalid } from "../../base/errors.ts"
import { countKept } from "../count-kept.ts"
import type { Db } from "../db.ts"
import { evaluations, stars } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { type EvaluationWithContext, readWithContext } from "./evaluations.ts"
import { hasEnvironment, hasTags, scoreAscending, scoreDescending } from "./schema.ts"

/** The contract's query, with its statuses taken apart. */
export type EvaluationFilter = Omit<ListEvaluationsQuery, "status" | "columns"> & { statuses?: EvaluationStatus[] }

type Conditions = Omit<EvaluationFilter, "skip" | "after" | "before" | "limit" | "sort_by" | "sort_order">

/** Runs that the viewer owns and that fit the filters. */
export function matchingRuns(viewer: Viewer, filter: Conditions): SQL | undefined {
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
    filter.tag ? arrayContains(evaluations.tags, [filter.tag]) : undefined,
    filter.mine ? eq(evaluations.userId, viewer.userId ?? "") : undefined,
    filter.starred ? inArray(evaluations.id, starredBy(viewer)) : undefined,
    typeof filter.archived === "boolean" ? (filter.archived ? isNotNull : isNull)(evaluations.archivedAt) : undefined,
  )
}

const starredBy = ({ userId }: Viewer) => sql`(select ${stars.evaluationId} from ${stars} where ${stars.userId} = ${userId ?? ""})`

const modelsMax = 1000

/** The models of all runs that match, by name. */
export async function listEvaluationModels(db: Db, viewer: Viewer, filter: Conditions): Promise<string[]> {
  const rows = await db
    .selectDistinct({ model: sql<string>`${evaluations.modelName}` })
    .from(evaluations)
    .where(and(matchingRuns(viewer, filter), isNotNull(evaluations.modelName)))
    .orderBy(evaluations.modelName)
    .limit(modelsMax)
  return rows.map(({ model }) => model)
}

const taggedRunsMax = 2000

/** The tags of the newest runs that have any, by name. */
export async function listTags(db: Db, viewer: Viewer): Promise<string[]> {
  const newest = db
    .select({ tags: evaluations.tags })
    .from(evaluations)
    .where(and(ownedBy(evaluations, viewer), hasTags))
    .orderBy(sql`${evaluations.createdAt} desc, ${evaluations.id} desc`)
    .limit(taggedRunsMax)
    .as("newest")
  const rows = await db
    .select({ tag: sql<string>`distinct unnest(${newest.tags})` })
    .from(newest)
    .orderBy(sql`1`)
  return rows.map(({ tag }) => tag)
}

interface EvaluationPage {
  rows: EvaluationWithContext[]
  total: number
  previous: string | null
  next: string | null
}

/** A page of the runs that match: what follows or precedes a cursor, or what comes after some rows. */
export async function listEvaluations(db: Db, viewer: Viewer, filter: EvaluationFilter): Promise<EvaluationPage> {
  const where = matchingRuns(viewer, filter)
  const sort = sortKey(filter.sort_by, filter.sort_order)
  const cursor = cursorOf(filter, sort)
  const isBackwards = cursor?.side === "before"
  const beyond = cursor ? beyondCursor(cursor, sort, filter.sort_order) : undefined
  const order = orderBy(sort, filter.sort_order, isBackwards)
  // The rows that are skipped are passed over by their ids alone; and what is asked for rows by their ids has a plan that is kept.
  const ids = db
    .select({ id: evaluations.id, key: sql<string | null>`(${sort.key})::text` })
    .from(evaluations)
    .where(and(where, beyond))
    .orderBy(order)
    .limit(filter.limit + 1)
    .offset(cursor ? 0 : filter.skip)
  const [found, total] = await Promise.all([ids, countKept(db.select({ count: count() }).from(evaluations).where(where))])
  const page = found.slice(0, filter.limit)
  const hasMore = found.length > filter.limit
  // Too few are left before the cursor to fill a page: the first page is what one goes back to.
  if (isBackwards && !hasMore) return listEvaluations(db, viewer, { ...filter, before: null, skip: 0 })
  if (isBackwards) page.reverse()
  const [first, last] = [page.at(0), page.at(-1)]
  return {
    rows: await readWithContext(
      db,
      page.map(({ id }) => id),
    ),
    total,
    previous: first && (cursor || filter.skip > 0) ? writeCursor(first) : null,
    next: last && (hasMore || isBackwards) ? writeCursor(last) : null,
  }
}

/** What Postgres reads as a value of each type, of what it writes. */
const isValue = {
  timestamptz: (text: string) => /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
  float8: (text: string) => /^-?(Infinity|\d[\d.e+-]*)$/.test(text) && !Number.isNaN(Number(text)),
  text: () => true,
}

interface SortKey {
  key: SQL
  type: keyof typeof isValue
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

function orderBy({ key, isNullable }: SortKey, order: "asc" | "desc", isBackwards: boolean): SQL {
  const direction = sql.raw((order === "asc") === isBackwards ? "desc" : "asc")
  const nulls = sql.raw(isNullable ? ` nulls ${isBackwards ? "first" : "last"}` : "")
  return sql`${key} ${direction}${nulls}, ${evaluations.id} ${direction}`
}

interface Cursor {
  side: "after" | "before"
  /** Null: the run at the page's edge has no value to sort by. */
  key: string | null
  id: string
}

/** The runs on one side of a run in the order of a list, in which those without a value come last. */
function beyondCursor({ side, key: edge, id }: Cursor, { key, type, isNullable }: SortKey, order: "asc" | "desc"): SQL {
  const comparison = sql.raw((order === "desc") === (side === "after") ? "<" : ">")
  if (edge === null) {
    const among = sql`(${key} is null and ${evaluations.id} ${comparison} ${id})`
    return side === "after" ? among : sql`(${among} or ${key} is not null)`
  }
  const beyond = sql`(${key}, ${evaluations.id}) ${comparison} (${edge}::${sql.raw(type)}, ${id})`
  return isNullable && side === "after" ? sql`(${beyond} or ${key} is null)` : beyond
}

/** @param row the run at the page's edge, with what it is sorted by */
const writeCursor = ({ key, id }: { key: string | null; id: string }): string => `${key === null ? "n" : `v${key}`}:${id}`

function cursorOf(filter: EvaluationFilter, { type }: SortKey): Cursor | null {
  const side = typeof filter.after === "string" ? "after" : "before"
  const text = filter[side]
  if (typeof text !== "string") return null
  const [, value, id] = /^(n|v[^\0]*):([^:\0]+)$/.exec(text) ?? []
  const key = value === "n" ? null : value?.slice(1)
  if (!id || key === undefined || (key !== null && !isValue[type](key)))
    throw invalid([side], `is not the \`${side === "after" ? "next" : "previous"}\` of another page`)
  return { side, key, id }
}

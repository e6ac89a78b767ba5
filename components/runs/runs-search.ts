import { statuses } from "@/components/shared/run-facts.ts"
import type { EvaluationStatus, evaluationSorts } from "@/contract/index.ts"

export type RunsSort = (typeof evaluationSorts)[number]

/** What the list of runs asks the platform for; fits `listEvaluations`. */
export interface RunsQuery {
  environment_id?: string
  search?: string
  /** Statuses joined by commas. */
  status?: string
  model?: string
  is_hosted?: "true" | "false"
  sort_by: RunsSort
  sort_order: "asc" | "desc"
  skip: number
  limit: number
}

export type SearchParams = Record<string, string | string[] | undefined>

const pageSize = 50
const sorts: readonly RunsSort[] = ["created_at", "updated_at", "avg_score", "name", "model"]

export const firstOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value) || undefined
const listOf = (value: string | string[] | undefined): string[] =>
  (value === undefined ? [] : [value].flat().flatMap((one) => one.split(","))).filter(Boolean)

/** The query of the list out of the page's address. What makes no sense is left out: an old link still opens. */
export function parseRunsSearch(searchParams: SearchParams): RunsQuery {
  const wanted = new Set(listOf(searchParams.status).map((status) => status.toUpperCase()))
  const status = statuses.filter((one) => wanted.has(one))
  const type = firstOf(searchParams.type)
  const sort = sorts.find((one) => one === firstOf(searchParams.sort)) ?? "created_at"
  const order = firstOf(searchParams.order)
  const page = Number(firstOf(searchParams.page) ?? 1)
  const search = firstOf(searchParams.q)?.trim().slice(0, 200)
  const model = firstOf(searchParams.model)?.trim()
  return {
    ...(search ? { search } : {}),
    ...(status.length > 0 && status.length < statuses.length ? { status: status.join(",") } : {}),
    ...(model ? { model } : {}),
    ...(type === "hosted" || type === "local" ? { is_hosted: type === "hosted" ? ("true" as const) : ("false" as const) } : {}),
    sort_by: sort,
    sort_order: order === "asc" || order === "desc" ? order : defaultOrder(sort),
    skip: Number.isInteger(page) && page > 0 ? (page - 1) * pageSize : 0,
    limit: pageSize,
  }
}

/** Names read from A, everything else with the newest or highest first. */
export const defaultOrder = (sort: RunsSort): "asc" | "desc" => (sort === "name" || sort === "model" ? "asc" : "desc")

export const statusesOf = (query: RunsQuery): EvaluationStatus[] => (query.status?.split(",") ?? []) as EvaluationStatus[]

/** The address of a list that differs from the present one; any change but of the page goes back to the first page. */
export function runsHref(pathname: string, query: RunsQuery, change: Partial<RunsQuery>): string {
  const next: RunsQuery = { ...query, skip: 0, ...change }
  const values: [string, string | undefined][] = [
    ["q", next.search],
    ["status", next.status],
    ["model", next.model],
    ["type", next.is_hosted === undefined ? undefined : next.is_hosted === "true" ? "hosted" : "local"],
    ["sort", next.sort_by === "created_at" ? undefined : next.sort_by],
    ["order", next.sort_order === defaultOrder(next.sort_by) ? undefined : next.sort_order],
    ["page", next.skip > 0 ? String(Math.floor(next.skip / next.limit) + 1) : undefined],
  ]
  const search = new URLSearchParams()
  for (const [name, value] of values) if (value) search.set(name, value)
  const text = search.toString()
  return text ? `${pathname}?${text}` : pathname
}

export const hasFilters = (query: RunsQuery): boolean => Boolean(query.search || query.status || query.model || query.is_hosted)

/** The link of a column's header: sorts by it, or turns the order round. */
export function sortBy(pathname: string, query: RunsQuery, sort: RunsSort): { href: string; direction: "asc" | "desc" | null } {
  const direction = query.sort_by === sort ? query.sort_order : null
  const next = direction === null ? defaultOrder(sort) : direction === "asc" ? "desc" : "asc"
  return { href: runsHref(pathname, query, { sort_by: sort, sort_order: next }), direction }
}

import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs/server"
import type * as z from "zod"
import { statuses, statusWords } from "@/components/shared/run-facts.ts"
import type { evaluationSorts, ListEvaluationsQuery, ListEvaluationsResponse } from "@/contract/index.ts"
import { writeRunColumns } from "@/contract/lists/column-names.ts"
import { exactText, given, listSearch, pageNumber, type StateOf, severalOf, sortLink, text } from "@/lib/list-search.ts"

export type RunsSort = (typeof evaluationSorts)[number]
export type RunsQuery = z.input<typeof ListEvaluationsQuery>

const pageSize = 50
const sorts: readonly RunsSort[] = ["created_at", "updated_at", "avg_score", "name", "model"]
/** Which part of the runs is shown: all that were not archived, unless it says otherwise. */
export const runsTabs = ["mine", "starred", "archived"] as const
const typeLabels = { hosted: "Hosted", local: "Local" }
const statusLabels = Object.fromEntries(statuses.map((status) => [status, statusWords[status].label]))

export const runsSearch = listSearch({
  parsers: {
    q: text(200),
    status: severalOf(statuses),
    model: text(500),
    type: parseAsStringLiteral(["hosted", "local"]),
    tag: text(60),
    /** What runs that were launched together have in common. */
    suite: exactText(),
    tab: parseAsStringLiteral(runsTabs),
    /** Columns beside the usual ones, as the API names them. */
    columns: parseAsArrayOf(parseAsString),
    sort: parseAsStringLiteral(sorts).withDefault("created_at"),
    order: parseAsStringLiteral(["asc", "desc"]),
    page: pageNumber(),
    /** Where the page is cut, so that it stays the same while runs come and go: after one run, or before one. */
    after: exactText(),
    before: exactText(),
    /** Runs that the launch form has just started. */
    started: parseAsArrayOf(parseAsString),
  },
  filters: {
    q: { kind: "search", label: "Search names and models", placeholder: "Name, model or id" },
    status: { kind: "several", label: "Status", any: "Any status", some: (count) => `${count} statuses`, options: statusLabels },
    model: { kind: "one", label: "Model", any: "Any model", className: "w-48" },
    type: { kind: "one", label: "Where it ran", any: "Any type", options: typeLabels, className: "w-32" },
    suite: { kind: "removable", text: () => "Launched together" },
    tag: { kind: "one", label: "Tag", any: "Any tag", className: "w-32" },
  },
  dropped: ["page", "after", "before", "started"],
})

export type RunsSearch = StateOf<typeof runsSearch>

/** Names are read from A, everything else from the newest or highest. */
const naturalOrder = (sort: RunsSort): "asc" | "desc" => (sort === "name" || sort === "model" ? "asc" : "desc")

/** The state of the list as a query of `listEvaluations`, for one environment or all. */
export const toRunsQuery = (
  { q, status, model, type, tag, suite, tab, columns, sort, order, page, after, before }: RunsSearch,
  environmentId?: string,
) =>
  ({
    ...given({
      environment_id: environmentId,
      search: q,
      status: status?.join(","),
      model,
      is_hosted: type && (type === "hosted" ? "true" : "false"),
      tag,
      suite_id: suite,
      ...(tab ? { [tab]: "true" } : {}),
      columns: columns && writeRunColumns(columns),
      after,
      before,
    }),
    sort_by: sort,
    sort_order: order ?? naturalOrder(sort),
    skip: (page - 1) * pageSize,
    limit: pageSize,
  }) satisfies RunsQuery

/** The filters alone, but that of the model, as a query of `listEvaluationModels`. */
export function toModelsQuery(state: RunsSearch, environmentId?: string) {
  const {
    model: _,
    sort_by: _by,
    sort_order: _order,
    skip: _skip,
    limit: _limit,
    columns: _columns,
    after: _after,
    before: _before,
    ...filters
  } = toRunsQuery(state, environmentId) as RunsQuery
  return filters
}

/** The change that leads to a page beside the one that is shown. A platform without cursors cuts its pages by their numbers. */
export function runsPage(state: RunsSearch, list: Pick<ListEvaluationsResponse, "previous" | "next">, page: number) {
  if (page > state.page) return { page, after: list.next ?? null }
  return { page, before: page > 1 ? (list.previous ?? null) : null }
}

export const sortRunsBy = (pathname: string, state: RunsSearch, sort: RunsSort) =>
  sortLink({ by: state.sort, order: state.order ?? naturalOrder(state.sort) }, sort, naturalOrder, (next) =>
    runsSearch.href(pathname, state, next),
  )

export type SearchParams = Record<string, string | string[] | undefined>

export const sortings = {
  updated: { label: "Recently updated", sort_by: "updated_at", sort_order: "desc" },
  created: { label: "Newest", sort_by: "created_at", sort_order: "desc" },
  name: { label: "Name, A to Z", sort_by: "name", sort_order: "asc" },
  "name-desc": { label: "Name, Z to A", sort_by: "name", sort_order: "desc" },
} as const

export type Sorting = keyof typeof sortings

/** What the list of environments shows, as its address says it. */
export interface EnvironmentsView {
  search: string
  owner: string
  tag: string
  sorting: Sorting
  page: number
}

export const pageSize = 25
const pageMax = 4000

const firstOf = (value: string | string[] | undefined): string => ((Array.isArray(value) ? value[0] : value) ?? "").trim()

/** Reads the address. What makes no sense is left out: an old link still opens. */
export function parseEnvironmentsSearch(searchParams: SearchParams): EnvironmentsView {
  const sorting = firstOf(searchParams.sort)
  const page = Number(firstOf(searchParams.page) || 1)
  return {
    search: firstOf(searchParams.q).slice(0, 200),
    owner: firstOf(searchParams.owner),
    tag: firstOf(searchParams.tag),
    sorting: Object.hasOwn(sortings, sorting) ? (sorting as Sorting) : "updated",
    page: Number.isInteger(page) && page >= 1 ? Math.min(page, pageMax) : 1,
  }
}

export const toListQuery = (view: EnvironmentsView) => ({
  ...(view.search ? { search: view.search } : {}),
  ...(view.owner ? { owner: view.owner } : {}),
  ...(view.tag ? { tags: view.tag } : {}),
  sort_by: sortings[view.sorting].sort_by,
  sort_order: sortings[view.sorting].sort_order,
  include_ci_status: "true" as const,
  limit: pageSize,
  offset: (view.page - 1) * pageSize,
})

/** The address of a list that differs from the present one; any change but of the page goes back to the first page. */
export function environmentsHref(pathname: string, view: EnvironmentsView, change: Partial<EnvironmentsView>): string {
  const next = { ...view, page: 1, ...change }
  const search = new URLSearchParams()
  if (next.search) search.set("q", next.search)
  if (next.owner) search.set("owner", next.owner)
  if (next.tag) search.set("tag", next.tag)
  if (next.sorting !== "updated") search.set("sort", next.sorting)
  if (next.page > 1) search.set("page", String(next.page))
  const text = search.toString()
  return text ? `${pathname}?${text}` : pathname
}

export const hasFilters = (view: EnvironmentsView): boolean => Boolean(view.search || view.owner || view.tag)

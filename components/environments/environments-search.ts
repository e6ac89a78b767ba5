import { parseAsStringLiteral } from "nuqs/server"
import { given, listSearch, pageNumber, type StateOf, text } from "@/lib/list-search.ts"

const sortings = {
  updated: { label: "Recently updated", sort_by: "updated_at", sort_order: "desc" },
  created: { label: "Newest", sort_by: "created_at", sort_order: "desc" },
  name: { label: "Name, A to Z", sort_by: "name", sort_order: "asc" },
  "name-desc": { label: "Name, Z to A", sort_by: "name", sort_order: "desc" },
} as const

const pageSize = 25
const pageMax = 4000
const sortingNames = Object.keys(sortings) as (keyof typeof sortings)[]

export const environmentsSearch = listSearch({
  parsers: {
    q: text(200),
    owner: text(),
    tag: text(),
    sort: parseAsStringLiteral(sortingNames).withDefault("updated"),
    page: pageNumber(pageMax),
  },
  filters: {
    q: { kind: "search", label: "Search environments", placeholder: "Search by name or description", className: "w-72" },
    owner: { kind: "one", label: "Owner", any: "Any owner", className: "w-44" },
    sort: {
      kind: "one",
      label: "Order",
      options: Object.fromEntries(sortingNames.map((name) => [name, sortings[name].label])),
      className: "w-44",
    },
    tag: { kind: "removable", text: (tag) => `Tag: ${tag}` },
  },
  dropped: ["page"],
})

export type EnvironmentsSearch = StateOf<typeof environmentsSearch>

/** The state of the list as a query of `listEnvironments`. */
export const toEnvironmentsQuery = ({ q, owner, tag, sort, page }: EnvironmentsSearch) => ({
  ...given({ search: q, owner, tags: tag }),
  sort_by: sortings[sort].sort_by,
  sort_order: sortings[sort].sort_order,
  include_ci_status: "true" as const,
  limit: pageSize,
  offset: (page - 1) * pageSize,
})

/** The link of the name's header: from A to Z first, and reversed the second time. */
export function sortByName(pathname: string, state: EnvironmentsSearch): { href: string; direction: "asc" | "desc" | null } {
  const direction = sortings[state.sort].sort_by === "name" ? sortings[state.sort].sort_order : null
  return { href: environmentsSearch.href(pathname, state, { sort: direction === "asc" ? "name-desc" : "name" }), direction }
}

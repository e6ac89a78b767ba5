import { limits } from "@/contract/limits.ts"
import { listSearch, pageNumber } from "@/lib/list-search.ts"

export const membersPerPage = 50

/** The page of a team's list of members. */
export const membersSearch = listSearch({
  parsers: { page: pageNumber(Math.floor(limits.offsetMax / membersPerPage)) },
  filters: {},
})

import { limits } from "@/contract/limits.ts"
import { listSearch, pageNumber } from "@/lib/list-search.ts"

export const membersPerPage = 50

export const invitationsPerPage = 20

/** The pages of a team's lists of members and of invitations. */
export const membersSearch = listSearch({
  parsers: {
    page: pageNumber(Math.floor(limits.offsetMax / membersPerPage)),
    invitations: pageNumber(Math.floor(limits.offsetMax / invitationsPerPage)),
  },
  filters: {},
})

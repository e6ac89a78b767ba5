import { parseAsInteger } from "nuqs/server"
import { listSearch } from "@/lib/list-search.ts"

/** Pages of the two lists of people, from 1. */
export const peopleSearch = listSearch({
  parsers: { people: parseAsInteger.withDefault(1), invitations: parseAsInteger.withDefault(1) },
  filters: {},
})

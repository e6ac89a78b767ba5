import { parseAsInteger } from "nuqs/server"
import { listSearch } from "@/lib/list-search.ts"

/** The page of the list of groups, from 1. */
export const directorySearch = listSearch({ parsers: { page: parseAsInteger.withDefault(1) }, filters: {} })

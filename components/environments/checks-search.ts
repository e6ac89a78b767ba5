import { listSearch, pageNumber } from "@/lib/list-search.ts"

const pageMax = 4000

export const checksPageSize = 25
export const checksSearch = listSearch({ parsers: { page: pageNumber(pageMax) }, filters: {} })

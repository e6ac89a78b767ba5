import { limits } from "@/contract/limits.ts"
import { listSearch, pageNumber, text } from "@/lib/list-search.ts"

export const examplesPageSize = 25

export const datasetSearch = listSearch({
  parsers: { q: text(limits.searchCharactersMax), page: pageNumber(limits.examplesKeptMax / examplesPageSize) },
  filters: { q: { kind: "search", label: "Search examples", placeholder: "Search prompts and answers", className: "w-72" } },
  dropped: ["page"],
})

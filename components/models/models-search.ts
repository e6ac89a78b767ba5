import { listSearch, type StateOf, text } from "@/lib/list-search.ts"

export const modelsSearch = listSearch({
  parsers: {
    /** A team's id; empty for one's own account. */
    team: text().withDefault(""),
    q: text(),
  },
  filters: {
    team: { kind: "one", label: "Account", any: "My own account", className: "w-48" },
    q: { kind: "search", label: "Search models", placeholder: "Search models" },
  },
})

export type ModelsSearch = StateOf<typeof modelsSearch>

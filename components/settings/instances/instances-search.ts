import { parseAsInteger } from "nuqs/server"
import { exactText, listSearch } from "@/lib/list-search.ts"

/** Whose instances, and the page of those that have ended, from 1. */
export const instancesSearch = listSearch({
  parsers: { team: exactText(), ended: parseAsInteger.withDefault(1) },
  filters: { team: { kind: "one", label: "Whose", any: "Your own", className: "w-44" } },
  dropped: ["ended"],
})

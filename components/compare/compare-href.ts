import { paths } from "@/lib/paths.ts"
import { type CompareState, compareSearch } from "./compare-search.ts"

/** The address of this comparison with a change. */
export const compareHref = (state: CompareState, change: Partial<{ [Name in keyof CompareState]: CompareState[Name] | null }>): string =>
  compareSearch.href(paths.compare(), state, change)

"use client"

import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { usageSearch } from "./usage-search.ts"

/** Whose usage is shown, and of which period. */
export function UsageFilters({ teams }: { teams: readonly { teamId: string; name: string }[] }) {
  const names = Object.fromEntries(teams.map(({ teamId, name }) => [teamId, name]))
  return <FilterBar label="Filter usage" search={usageSearch} options={teams.length > 0 ? { team: names } : {}} />
}

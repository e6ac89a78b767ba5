"use client"

import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { modelsSearch } from "./models-search.ts"

/** Whose models are shown, and a search among them. */
export function ModelsFilters({ teams }: { teams: readonly { teamId: string; name: string }[] }) {
  const names = Object.fromEntries(teams.map(({ teamId, name }) => [teamId, name]))
  return <FilterBar label="Filter models" search={modelsSearch} options={teams.length > 0 ? { team: names } : {}} />
}

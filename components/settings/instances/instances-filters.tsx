"use client"

import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { instancesSearch } from "./instances-search.ts"

/** @param teams those of the reader */
export function InstancesFilters({ teams }: { teams: readonly { teamId: string; name: string }[] }) {
  const options = Object.fromEntries(teams.map(({ teamId, name }) => [teamId, name]))
  return teams.length === 0 ? null : <FilterBar label="Filter the instances" search={instancesSearch} options={{ team: options }} />
}

"use client"

import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { auditSearch } from "./audit-search.ts"

/** Whose entries are shown, and which; only admins of the platform see more than their own. */
export function AuditFilters({ people }: { people: readonly { id: string; name: string }[] }) {
  const names = Object.fromEntries(people.map(({ id, name }) => [id, name]))
  return <FilterBar label="Filter the audit log" search={auditSearch} options={people.length > 0 ? { person: names } : {}} />
}

"use client"

import { useRouter } from "next/navigation"
import { useOptimistic, useTransition } from "react"
import { Select } from "@/components/ui/form/select.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { periods, type UsageSearch, usageHref } from "./usage-search.ts"

const periodNames: Record<(typeof periods)[number], string> = { 7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days", 365: "Last year" }

/** Whose usage is shown, and of when. Both live in the address. */
export function UsageFilters({ search, teams }: { search: UsageSearch; teams: readonly { id: string; name: string }[] }) {
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  const [chosen, setChosen] = useOptimistic(search)
  const go = (change: Partial<UsageSearch>) =>
    startTransition(() => {
      const next = { ...chosen, ...change }
      setChosen(next)
      router.replace(usageHref(next), { scroll: false })
    })
  return (
    <div className="flex flex-wrap items-center gap-2">
      {teams.length > 0 && (
        <Select
          aria-label="Account"
          className="w-48"
          value={chosen.team ?? ""}
          onChange={(event) => go({ team: event.target.value || null })}
        >
          <option value="">My own account</option>
          {teams.map((team) => (
            <option key={team.id} value={team.id}>
              {team.name}
            </option>
          ))}
        </Select>
      )}
      <Select aria-label="Period" className="w-36" value={chosen.days} onChange={(event) => go({ days: Number(event.target.value) })}>
        {periods.map((days) => (
          <option key={days} value={days}>
            {periodNames[days]}
          </option>
        ))}
      </Select>
      <span className="inline-flex w-5">{isPending && <Spinner label="Loading" />}</span>
    </div>
  )
}

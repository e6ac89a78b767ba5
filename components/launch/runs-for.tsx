"use client"

import { usePathname, useRouter, useSearchParams } from "next/navigation"
import { useId, useTransition } from "react"
import { Select } from "@/components/ui/form/select.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"

/** A team for which the reader may start runs. */
export interface LaunchTeam {
  id: string
  name: string
}

/** For whom the run is: it stands in the address, since models and limits are those of the account. */
export function RunsFor({ teams, teamId }: { teams: readonly LaunchTeam[]; teamId: string | null }) {
  const router = useRouter()
  const pathname = usePathname()
  const search = useSearchParams()
  const [isPending, startTransition] = useTransition()
  const id = useId()
  const choose = (chosen: string) => {
    const next = new URLSearchParams(search)
    next.set("team", chosen)
    startTransition(() => router.replace(`${pathname}?${next}`, { scroll: false }))
  }
  return (
    <div className="flex items-center gap-2 text-xs">
      {isPending && <Spinner label="Loading" />}
      <label htmlFor={id} className="text-muted-foreground">
        Runs for
      </label>
      <Select id={id} className="w-36" value={teamId ?? ""} onChange={({ target }) => choose(target.value)}>
        <option value="">Me alone</option>
        {teams.map((team) => (
          <option key={team.id} value={team.id}>
            {team.name}
          </option>
        ))}
      </Select>
    </div>
  )
}

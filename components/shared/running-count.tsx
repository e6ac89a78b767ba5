"use client"

import { Badge } from "@/components/ui/badge.tsx"
import type { ListEvaluationsResponse } from "@/contract/index.ts"
import { type Seed, useRuns } from "@/lib/live/use-run.ts"
import { runningQuery } from "./running-query.ts"

const shownMax = 99

/** How many runs are under way; nothing for none. The event stream keeps it up to date, like every list of runs. */
export function RunningCount({ seed }: { seed: Seed<ListEvaluationsResponse> }) {
  const { total } = useRuns(runningQuery, seed).list
  if (total === 0) return null
  return (
    <Badge tone="info" className="ml-auto tabular-nums">
      <span aria-hidden>{total > shownMax ? `${shownMax}+` : total}</span>
      <span className="sr-only">, {total} under way</span>
    </Badge>
  )
}

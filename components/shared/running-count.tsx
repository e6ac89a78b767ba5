"use client"

import { useQuery } from "@tanstack/react-query"
import { Badge } from "@/components/ui/badge.tsx"
import { get } from "@/lib/api/browser.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"

/** As the home page counts them; only the total is used. */
const query = { status: "PENDING,RUNNING,PROCESSING", limit: 1 }
const shownMax = 99

/** How many runs are under way; nothing for none. The event stream keeps it up to date, like every list of runs. */
export function RunningCount() {
  const interval = pollInterval(useLiveState())
  const { data } = useQuery({
    queryKey: queryKeys.runList(query),
    queryFn: ({ signal }) => get("/evaluations/", {}, query, signal),
    select: ({ total }) => total,
    staleTime: 5000,
    // A net for hints that got lost, while there is something to count.
    refetchInterval: ({ state }) => (state.data && state.data.total > 0 ? interval : false),
  })
  if (!data) return null
  return (
    <Badge tone="info" className="ml-auto tabular-nums">
      <span aria-hidden>{data > shownMax ? `${shownMax}+` : data}</span>
      <span className="sr-only">, {data} under way</span>
    </Badge>
  )
}

"use client"

import { useQuery } from "@tanstack/react-query"
import type { HeldLimit } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"

const everyMs = 15_000

/** The limits that hold for what the reader launches, for a team or alone; none while they are unknown, and on platforms that have none. */
export function useLimits(teamId: string | null): readonly HeldLimit[] {
  const { data } = useQuery({
    queryKey: ["launch-limits", teamId],
    queryFn: ({ signal }) => get("/billing/limits", {}, teamId ? { team_id: teamId } : {}, signal),
    refetchInterval: everyMs,
    retry: false,
  })
  return data?.data ?? []
}

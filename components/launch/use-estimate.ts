"use client"

import { useQuery } from "@tanstack/react-query"
import type { RunEstimate } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"

/** An estimate from earlier runs; null while it is unknown, and on platforms that give none. */
export function useEstimate(environmentId: string, model: string, isMetered: boolean): RunEstimate | null {
  const { data } = useQuery({
    queryKey: ["run-estimate", environmentId, model],
    queryFn: ({ signal }) => get("/billing/estimate", {}, { environment_id: environmentId, model }, signal),
    enabled: isMetered && model !== "",
    retry: false,
  })
  return (isMetered && data) || null
}

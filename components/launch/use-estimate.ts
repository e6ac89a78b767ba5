"use client"

import { useQuery } from "@tanstack/react-query"
import type { RunEstimate } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"

/** What earlier runs say about this one; null while nobody knows, and on platforms that do not tell. */
export function useEstimate(environmentId: string, model: string, isMetered: boolean): RunEstimate | null {
  const { data } = useQuery({
    queryKey: ["run-estimate", environmentId, model],
    queryFn: ({ signal }) => get("/billing/estimate", {}, { environment_id: environmentId, model }, signal),
    enabled: isMetered && model !== "",
    retry: false,
  })
  return (isMetered && data) || null
}

"use client"

import { useQuery } from "@tanstack/react-query"
import { get } from "@/lib/api/browser.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import type { RunsQuery } from "./runs-search.ts"

const freshMs = 60_000

/** The models of all runs under these filters. Until they are known, and where the platform does not tell, those of the runs shown. */
export function useModels(filter: Omit<RunsQuery, "model">, shown: readonly string[]): string[] {
  const { data } = useQuery({
    queryKey: queryKeys.runModels(filter),
    queryFn: ({ signal }) => get("/evaluation-models", {}, filter, signal),
    staleTime: freshMs,
    placeholderData: (before) => before,
  })
  return [...new Set([...(data?.models ?? []), ...shown])].sort()
}

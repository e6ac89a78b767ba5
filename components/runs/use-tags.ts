"use client"

import { useQuery } from "@tanstack/react-query"
import { get } from "@/lib/api/browser.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"

const freshMs = 60_000

/** The tags of all runs. None until they are known, and where the platform keeps none. */
export function useTags(canMark: boolean): string[] {
  const { data } = useQuery({
    queryKey: queryKeys.runTags,
    queryFn: ({ signal }) => get("/evaluation-tags", {}, undefined, signal),
    enabled: canMark,
    staleTime: freshMs,
  })
  return data?.tags ?? []
}

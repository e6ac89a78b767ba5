"use client"

import { useQuery } from "@tanstack/react-query"
import type { HeldLimit } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"

const everyMs = 15_000

/** The limits that hold for what the reader launches; none while they are unknown, and on platforms that have none. */
export function useLimits(): readonly HeldLimit[] {
  const { data } = useQuery({
    queryKey: ["launch-limits"],
    queryFn: ({ signal }) => get("/billing/limits", {}, {}, signal),
    refetchInterval: everyMs,
    retry: false,
  })
  return data?.data ?? []
}

"use client"

import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import type { RunEstimate } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"

/** Arguments are typed letter by letter. */
const settlesAfterMs = 400

/**
 * An estimate from the check and from earlier runs; null while it is unknown, and on platforms that give none.
 * @param args the environment's arguments as JSON; the number of examples is that of exactly these
 */
export function useEstimate(environmentId: string, model: string, args: string): RunEstimate | null {
  const [settled, setSettled] = useState(args)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(args), settlesAfterMs)
    return () => clearTimeout(timer)
  }, [args])
  const { data, isPlaceholderData } = useQuery({
    queryKey: ["run-estimate", environmentId, model, settled],
    queryFn: ({ signal }) =>
      get("/billing/estimate", {}, { environment_id: environmentId, model, ...(settled === "{}" ? {} : { env_args: settled }) }, signal),
    enabled: model !== "",
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (!data) return null
  return isPlaceholderData || settled !== args ? { ...data, examples: null } : data
}

"use client"

import { keepPreviousData, useQueries } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import type { RunEstimate } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { get } from "@/lib/api/browser.ts"

/** Arguments are typed letter by letter. */
const settlesAfterMs = 400

/**
 * Estimates from the check and from earlier runs, one of each model; null while one is unknown, and on platforms that give none.
 * @param args the environment's arguments as JSON; the number of examples is that of exactly these
 */
export function useEstimates(environmentId: string, models: readonly string[], args: string): (RunEstimate | null)[] {
  const [settled, setSettled] = useState(args)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(args), settlesAfterMs)
    return () => clearTimeout(timer)
  }, [args])
  const isTooLong = settled.length > limits.estimateArgumentsMax
  const asked = isTooLong || settled === "{}" ? null : settled
  const found = useQueries({
    queries: models.map((model) => ({
      queryKey: ["run-estimate", environmentId, model, asked],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get("/billing/estimate", {}, { environment_id: environmentId, model, ...(asked === null ? {} : { env_args: asked }) }, signal),
      placeholderData: keepPreviousData,
      retry: false,
    })),
  })
  return found.map(({ data, isPlaceholderData }) => {
    if (!data) return null
    return isPlaceholderData || settled !== args || isTooLong ? { ...data, examples: null } : data
  })
}

"use client"

import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import type { RunEstimate } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
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
  const isTooLong = settled.length > limits.estimateArgumentsMax
  const asked = isTooLong || settled === "{}" ? null : settled
  const { data, isPlaceholderData } = useQuery({
    queryKey: ["run-estimate", environmentId, model, asked],
    queryFn: ({ signal }) =>
      get("/billing/estimate", {}, { environment_id: environmentId, model, ...(asked === null ? {} : { env_args: asked }) }, signal),
    enabled: model !== "",
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (!data) return null
  return isPlaceholderData || settled !== args || isTooLong ? { ...data, examples: null } : data
}

"use client"

import { useQuery, useQueryClient } from "@tanstack/react-query"
import type { ListPresetsResponse } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"

const keyOf = (environmentId: string) => ["run-presets", environmentId]

/** A person's presets for an environment, and what the person last ran of it. */
export function usePresets(environmentId: string) {
  const { data, error } = useQuery<ListPresetsResponse>({
    queryKey: keyOf(environmentId),
    queryFn: ({ signal }) => get("/run-presets", {}, { environment_id: environmentId }, signal),
    retry: false,
  })
  const client = useQueryClient()
  return { list: data ?? null, error, refresh: () => client.invalidateQueries({ queryKey: keyOf(environmentId) }) }
}

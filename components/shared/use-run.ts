"use client"

import { useQuery } from "@tanstack/react-query"
import type { RunsQuery } from "@/components/runs/runs-search.ts"
import type { Evaluation, ListEvaluationsResponse, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { get } from "@/lib/api/browser.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useHydrated } from "@/lib/live/use-hydrated.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"

const freshMs = 5000

/** What the server read for the first rendering, and when. Older than a few seconds, it is read again at once. */
export interface Seed<T> {
  data: T
  at: number
}

export function useRun(id: string, seed: Seed<Evaluation>): Evaluation {
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  const { data } = useQuery({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => get("/evaluations/{evaluation_id}", { evaluation_id: id }, undefined, signal),
    initialData: seed.data,
    initialDataUpdatedAt: seed.at,
    staleTime: freshMs,
    refetchInterval: (query) => (query.state.data && isActive(query.state.data.status) ? interval : false),
  })
  return isHydrated ? data : seed.data
}

export function useRuns(query: RunsQuery, seed: Seed<ListEvaluationsResponse>): { list: ListEvaluationsResponse; error: Error | null } {
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  const { data, error } = useQuery({
    queryKey: queryKeys.runList(query),
    queryFn: ({ signal }) => get("/evaluations/", {}, query, signal),
    initialData: seed.data,
    initialDataUpdatedAt: seed.at,
    staleTime: freshMs,
    refetchInterval: ({ state }) => (state.data?.evaluations.some((run) => isActive(run.status)) ? interval : false),
  })
  return { list: isHydrated ? data : seed.data, error }
}

/** Anything else that is read of a run: first what the server read, then what is newest. */
export function useRunPart<T>(queryKey: readonly unknown[], read: () => Promise<T>, seed: Seed<T>, active: boolean): T {
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  const { data } = useQuery<T, Error, T, readonly unknown[]>({
    queryKey,
    queryFn: read,
    initialData: () => seed.data,
    initialDataUpdatedAt: seed.at,
    staleTime: freshMs,
    refetchInterval: active ? interval : false,
  })
  return isHydrated ? (data as T) : seed.data
}

export const useStatistics = (id: string, seed: Seed<RunStatistics>, active: boolean): RunStatistics =>
  useRunPart(queryKeys.statistics(id), () => browserReads(id).statistics(), seed, active)

"use client"

import { useQuery } from "@tanstack/react-query"
import type { Evaluation, ListEvaluationsResponse, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { get } from "@/lib/api/browser.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"
import type { RunsQuery } from "./runs-search.ts"

const freshMs = 5000

/** What the server read for the first rendering, and when. Older than a few seconds, it is read again at once. */
export interface Seed<T> {
  data: T
  at: number
}

export function useRun(id: string, seed: Seed<Evaluation>): Evaluation {
  const interval = pollInterval(useLiveState())
  const { data } = useQuery({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => get("/evaluations/{evaluation_id}", { evaluation_id: id }, undefined, signal),
    initialData: seed.data,
    initialDataUpdatedAt: seed.at,
    staleTime: freshMs,
    refetchInterval: (query) => (query.state.data && isActive(query.state.data.status) ? interval : false),
  })
  return data
}

export function useRuns(query: RunsQuery, seed: Seed<ListEvaluationsResponse>) {
  const interval = pollInterval(useLiveState())
  return useQuery({
    queryKey: queryKeys.runList(query),
    queryFn: ({ signal }) => get("/evaluations/", {}, query, signal),
    initialData: seed.data,
    initialDataUpdatedAt: seed.at,
    staleTime: freshMs,
    refetchInterval: ({ state }) => (state.data?.evaluations.some((run) => isActive(run.status)) ? interval : false),
  })
}

export function useStatistics(id: string, seed: Seed<RunStatistics>, active: boolean): RunStatistics {
  const interval = pollInterval(useLiveState())
  const { data } = useQuery({
    queryKey: queryKeys.statistics(id),
    queryFn: () => browserReads(id).statistics(),
    initialData: seed.data,
    initialDataUpdatedAt: seed.at,
    staleTime: freshMs,
    refetchInterval: active ? interval : false,
  })
  return data
}

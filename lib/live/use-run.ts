"use client"

import { useQuery } from "@tanstack/react-query"
import type * as z from "zod"
import type { Evaluation, ListAttemptsResponse, ListEvaluationsQuery, ListEvaluationsResponse, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { passThreshold } from "@/contract/statistics/pass-threshold.ts"
import { get } from "@/lib/api/browser.ts"
import { ApiError } from "@/lib/api/error.ts"
import { asBrowserTime } from "@/lib/clock.ts"
import { browserReads } from "./browser-reads.ts"
import { queryKeys } from "./query-keys.ts"
import { useHydrated } from "./use-hydrated.ts"
import { pollInterval, useLiveState } from "./use-live.ts"

const freshMs = 5000

/** What the server read for the first rendering, and when. Older than a few seconds, it is read again at once. */
export interface Seed<T> {
  data: T
  at: number
}

function useRunQuery(id: string, seed: Seed<Evaluation>) {
  const interval = pollInterval(useLiveState())
  return useQuery({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => get("/evaluations/{evaluation_id}", { evaluation_id: id }, undefined, signal),
    initialData: seed.data,
    initialDataUpdatedAt: asBrowserTime(seed.at),
    staleTime: freshMs,
    refetchInterval: ({ state }) => (state.data && isActive(state.data.status) && !isGone(state.error) ? interval : false),
  })
}

const isGone = (error: Error | null): boolean => error instanceof ApiError && error.status === 404

/** A run, first as the server read it, then kept up to date. */
export function useRun(id: string, seed: Seed<Evaluation>): Evaluation {
  const isHydrated = useHydrated()
  const { data } = useRunQuery(id, seed)
  return isHydrated ? data : seed.data
}

/** Whether the run was deleted, here or elsewhere, since the server read it. */
export function useIsDeleted(id: string, seed: Seed<Evaluation>): boolean {
  const isHydrated = useHydrated()
  const { error } = useRunQuery(id, seed)
  return isHydrated && isGone(error)
}

export function useRuns(
  query: z.input<typeof ListEvaluationsQuery>,
  seed: Seed<ListEvaluationsResponse>,
): { list: ListEvaluationsResponse; error: Error | null } {
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  const { data, error } = useQuery({
    queryKey: queryKeys.runList(query),
    queryFn: ({ signal }) => get("/evaluations/", {}, query, signal),
    initialData: seed.data,
    initialDataUpdatedAt: asBrowserTime(seed.at),
    staleTime: freshMs,
    refetchInterval: ({ state }) => (state.data?.evaluations.some((run) => isActive(run.status)) ? interval : false),
  })
  return { list: isHydrated ? data : seed.data, error }
}

/** The attempts of a run that had more than one; undefined until they were read, and for others. */
export function useAttempts(run: Evaluation, seed: Seed<ListAttemptsResponse> | null) {
  return useQuery({
    queryKey: queryKeys.attempts(run.evaluation_id),
    queryFn: ({ signal }) => get("/hosted-evaluations/{evaluation_id}/attempts", { evaluation_id: run.evaluation_id }, undefined, signal),
    enabled: (run.attempt ?? 0) > 1,
    staleTime: freshMs,
    ...(seed ? { initialData: seed.data, initialDataUpdatedAt: asBrowserTime(seed.at) } : {}),
  })
}

/** Any other part of a run: first as the server read it, then kept up to date while the run is active. */
export function useRunPart<T>(queryKey: readonly unknown[], read: () => Promise<T>, seed: Seed<T>, active: boolean): T {
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  const { data } = useQuery<T, Error, T, readonly unknown[]>({
    queryKey,
    queryFn: read,
    initialData: () => seed.data,
    initialDataUpdatedAt: asBrowserTime(seed.at),
    staleTime: freshMs,
    refetchInterval: active ? interval : false,
  })
  return isHydrated ? (data as T) : seed.data
}

/**
 * The statistics of a run, with a threshold for passing of one's own or the library's (null). While those for a new threshold are on their way,
 * the ones before them stay.
 */
export function useStatistics(id: string, seed: Seed<RunStatistics>, active: boolean, threshold: number | null): RunStatistics {
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  // What the server read is for one threshold; the browser goes on to others.
  const isSeed = seed.data.pass_threshold === (threshold ?? passThreshold)
  const { data } = useQuery({
    queryKey: [...queryKeys.statistics(id), threshold],
    queryFn: () => browserReads(id).statistics(threshold),
    staleTime: freshMs,
    refetchInterval: active ? interval : false,
    placeholderData: (before: RunStatistics | undefined) => before,
    ...(isSeed ? { initialData: seed.data, initialDataUpdatedAt: asBrowserTime(seed.at) } : {}),
  })
  return isHydrated ? (data ?? seed.data) : seed.data
}

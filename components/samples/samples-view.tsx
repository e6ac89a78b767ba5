"use client"

import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query"
import { ArrowUp } from "lucide-react"
import { useEffect, useEffectEvent, useState } from "react"
import { WaitingPanel } from "@/components/shared/waiting-panel.tsx"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import type { Evaluation, ListSampleSummariesResponse, SampleSummary } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useHydrated } from "@/lib/live/use-hydrated.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"
import { type Seed, useRun } from "@/lib/live/use-run.ts"
import { appended, knownSeq, type SamplePage, type SamplePages, samplesOf } from "./sample-pages.ts"
import { SamplesFilters } from "./samples-filters.tsx"
import { hasSampleFilters, type SampleFilter, samplesHref } from "./samples-search.ts"
import { SamplesTable } from "./samples-table.tsx"

const pageSize = 100
const newsMax = 1000

interface SamplesViewProps {
  id: string
  run: Seed<Evaluation>
  filter: SampleFilter
  order: { by: string; order: "asc" | "desc" }
  first: ListSampleSummariesResponse
}

/** The samples of a run: filter, table, and a way to see those that came since. */
export function SamplesView({ id, run: runSeed, filter, order, first }: SamplesViewProps) {
  const run = useRun(id, runSeed)
  const client = useQueryClient()
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  const active = isActive(run.status)
  const [isReloading, setReloading] = useState(false)

  const ask = { ...filter, sort_by: order.by, sort_order: order.order }
  const readPage = async (after: string | null, known: number): Promise<SamplePage> => {
    const { samples, total, next } = await browserReads(id).summaries({ ...ask, limit: pageSize, ...(after === null ? {} : { after }) })
    return { samples, total, next, known }
  }
  const listKey = ["run-sample-pages", id, ask] as const
  const seed: SamplePages = {
    pages: [{ samples: first.samples, total: first.total, next: first.next, known: runSeed.data.total_samples }],
    pageParams: [null],
  }
  const list = useInfiniteQuery<SamplePage, Error, SamplePages, typeof listKey, string | null>({
    queryKey: listKey,
    queryFn: ({ pageParam }) => readPage(pageParam, pageParam === null ? run.total_samples : 0),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
    initialData: seed,
    // Rows stay as they were read until the reader asks for newer ones.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const pages = isHydrated ? list.data : seed
  const samples = samplesOf(pages)
  const known = knownSeq(pages)

  const news = useQuery({
    queryKey: [...queryKeys.samples(id), "news", known, filter],
    queryFn: () => browserReads(id).summaries({ ...filter, since_seq: known, sort_by: "seq", sort_order: "asc", limit: newsMax }),
    enabled: active || run.total_samples > known,
    refetchInterval: active ? interval : false,
  })
  const newCount = news.data?.total ?? 0
  const addsBelow = order.by === "seq" && order.order === "asc" && !list.hasNextPage
  // In the order of coming, new rows go below what is being read; otherwise the reader decides.
  const fresh = newCount > 0 && (addsBelow || samples.length === 0) ? news.data?.samples : undefined
  const addBelow = useEffectEvent((more: SampleSummary[]) => {
    client.setQueryData<SamplePages>(listKey, (before) => (before && knownSeq(before) === known ? appended(before, more) : before))
  })
  useEffect(() => {
    if (fresh) addBelow(fresh)
  }, [fresh])

  const reload = async () => {
    setReloading(true)
    try {
      const page = await readPage(null, run.total_samples)
      client.setQueryData<SamplePages>(listKey, { pages: [page], pageParams: [null] })
    } finally {
      setReloading(false)
    }
  }

  const total = Math.max(samples.length, pages.pages[0]?.total ?? 0)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h2 className="sr-only">Samples</h2>
      <SamplesFilters runId={id} filter={filter} />
      {samples.length === 0 ? (
        <NoSamples id={id} run={run} filter={filter} />
      ) : (
        <SamplesTable
          key={JSON.stringify(ask)}
          runId={id}
          samples={samples}
          total={total}
          filter={filter}
          order={order}
          hasMore={list.hasNextPage}
          isLoadingMore={list.isFetchingNextPage}
          onLoadMore={() => void list.fetchNextPage()}
          loadError={list.error?.message ?? null}
          notice={
            newCount > 0 && !addsBelow ? (
              <Button size="sm" variant="primary" pending={isReloading} onClick={() => void reload()}>
                <ArrowUp aria-hidden />
                {`Show ${formatCount(newCount)} new ${newCount === 1 ? "sample" : "samples"}`}
              </Button>
            ) : null
          }
        />
      )}
    </div>
  )
}

function NoSamples({ id, run, filter }: { id: string; run: Evaluation; filter: SampleFilter }) {
  if (hasSampleFilters(filter)) {
    return (
      <EmptyState title="No sample matches" level={3} action={<ButtonLink href={samplesHref(id, {})}>Clear filters</ButtonLink>}>
        Change or clear the filters to see others.
      </EmptyState>
    )
  }
  if (isActive(run.status)) return <WaitingPanel run={run} />
  return (
    <EmptyState title="No samples" level={3}>
      The evaluation ended before a rollout was finished.
    </EmptyState>
  )
}

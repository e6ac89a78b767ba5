"use client"

import { hashKey, infiniteQueryOptions, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query"
import { ArrowUp } from "lucide-react"
import { useQueryStates } from "nuqs"
import { Fragment, useEffect, useEffectEvent, useState } from "react"
import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { Button } from "@/components/ui/button.tsx"
import type { Evaluation, ListSampleSummariesResponse, SampleSummary } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useHydrated } from "@/lib/live/use-hydrated.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"
import { type Seed, useRun } from "@/lib/live/use-run.ts"
import type { SamplesQuery } from "@/lib/reads/reads.ts"
import { ExamplesList } from "./examples-list.tsx"
import { NoSamples } from "./no-samples.tsx"
import { appended, cutShort, knownSeq, lookedThrough, metricNames, type SamplePage, type SamplePages, samplesOf } from "./sample-pages.ts"
import {
  isByExample,
  refusalOf,
  type SamplesSearch,
  sampleOrder,
  samplesSearch,
  toSamplesFilter,
  toSamplesOrder,
  withAnswers,
} from "./samples-search.ts"
import { SamplesTable } from "./samples-table.tsx"
import type { SamplesListProps } from "./samples-toolbar.tsx"

const pageSize = 100
const newsMax = 1000

const none = { samples: [], total: 0, next: null }

const pagesOf = (first: Omit<SamplePage, "known">, run: Evaluation): SamplePages => ({
  pages: [{ ...first, known: run.total_samples }],
  pageParams: [null],
})

const listKey = (id: string, query: SamplesQuery) => ["run-sample-pages", id, query] as const

/** What an address asks for. The order is that of the run as the server read it: rows would move when it ends. */
function queryOf(state: SamplesSearch, run: Evaluation) {
  const filter = { ...toSamplesFilter(state), ...withAnswers(state) }
  const order = sampleOrder(state, isActive(run.status))
  return { filter, order, query: { ...filter, ...toSamplesOrder(order) } }
}

interface SamplesViewProps {
  id: string
  run: Seed<Evaluation>
  /** What the address said when the server read the first rows. */
  state: SamplesSearch
  first: ListSampleSummariesResponse
  /** Why that search cannot be made. */
  refusal: string | null
}

/**
 * The samples of a run: filters, rows, and a way to see those that have arrived since. A changed filter asks for its rows alone: the whole page would
 * take twice as long.
 */
export function SamplesView({ id, run: runSeed, state: seedState, first, refusal: seedRefusal }: SamplesViewProps) {
  const run = useRun(id, runSeed)
  const client = useQueryClient()
  const interval = pollInterval(useLiveState())
  const isHydrated = useHydrated()
  const active = isActive(run.status)
  const [isReloading, setReloading] = useState(false)

  const [state] = useQueryStates(samplesSearch.parsers)
  const { filter, order, query } = queryOf(state, runSeed.data)
  const readPage = async (asked: SamplesQuery, after: string | null, known: number): Promise<SamplePage> => {
    const { evaluation_id: _, ...page } = await browserReads(id).summaries({
      ...asked,
      limit: pageSize,
      ...(after === null ? {} : { after }),
    })
    return { ...page, known }
  }
  const listOf = (asked: SamplesQuery) =>
    infiniteQueryOptions<SamplePage, Error, SamplePages, ReturnType<typeof listKey>, string | null>({
      queryKey: listKey(id, asked),
      queryFn: ({ pageParam }) => readPage(asked, pageParam, pageParam === null ? run.total_samples : 0),
      initialPageParam: null,
      getNextPageParam: (last) => last.next,
      // Rows stay as they were read until the reader wants newer ones.
      staleTime: Number.POSITIVE_INFINITY,
    })
  const isSeed = hashKey([query]) === hashKey([queryOf(seedState, runSeed.data).query])
  const seed = pagesOf(first, runSeed.data)
  const list = useInfiniteQuery({
    ...listOf(query),
    ...(isSeed ? { initialData: seed } : {}),
    placeholderData: (before) => before,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const pages = isHydrated ? (list.data ?? pagesOf(none, run)) : seed
  const refusal = isSeed ? seedRefusal : refusalOf(list.error)
  const isWaiting = list.isPlaceholderData
  // Rows that stay while others are on their way are still those of the address before.
  const [shownAs, setShownAs] = useState({ state, order, query })
  if (!isWaiting && hashKey([shownAs.state, shownAs.query]) !== hashKey([state, query])) setShownAs({ state, order, query })
  const samples = samplesOf(pages)
  const known = knownSeq(pages)

  const news = useQuery({
    queryKey: [...queryKeys.samples(id), "news", known, filter],
    queryFn: () => browserReads(id).summaries({ ...filter, since_seq: known, sort_by: "seq", sort_order: "asc", limit: newsMax }),
    enabled: refusal === null && !isWaiting && (active || run.total_samples > known),
    refetchInterval: active ? interval : false,
  })
  const newCount = news.data?.total ?? 0
  const addsBelow = order.by === "seq" && order.order === "asc" && !list.hasNextPage
  // In the order of arrival, new rows go below what is being read; otherwise the reader decides.
  const fresh = newCount > 0 && (addsBelow || samples.length === 0) ? news.data?.samples : undefined
  const addBelow = useEffectEvent((more: SampleSummary[]) => {
    client.setQueryData<SamplePages>(listKey(id, query), (before) =>
      before && knownSeq(before) === known ? appended(before, more) : before,
    )
  })
  useEffect(() => {
    if (fresh) addBelow(fresh)
  }, [fresh])

  const reload = async () => {
    setReloading(true)
    try {
      const page = await readPage(query, null, run.total_samples)
      client.setQueryData<SamplePages>(listKey(id, query), { pages: [page], pageParams: [null] })
    } finally {
      setReloading(false)
    }
  }

  const waiting = pages.pages[0]?.search?.waiting ?? 0
  const shown: SamplesListProps = {
    runId: id,
    samples,
    total: Math.max(samples.length, pages.pages[0]?.total ?? 0),
    lookedThrough: lookedThrough(pages),
    state: shownAs.state,
    hasMore: list.hasNextPage && !isWaiting,
    isLoadingMore: list.isFetchingNextPage,
    onLoadMore: () => void list.fetchNextPage(),
    loadError: list.error?.message ?? null,
    notice:
      newCount > 0 && !addsBelow ? (
        <Button size="sm" variant="primary" pending={isReloading} onClick={() => void reload()}>
          <ArrowUp aria-hidden />
          {`Show ${formatCount(newCount)} new ${newCount === 1 ? "sample" : "samples"}`}
        </Button>
      ) : null,
  }
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h2 className="sr-only">Samples</h2>
      <FilterBar
        label="Filter samples"
        search={samplesSearch}
        isShallow
        isWaiting={isWaiting || list.isLoading}
        onMean={(meant) => void client.prefetchInfiniteQuery(listOf(queryOf(meant as SamplesSearch, runSeed.data).query))}
      />
      {waiting > 0 && (
        <p role="status" className="flex flex-wrap items-center gap-2 text-muted-foreground text-sm">
          {`${formatCount(waiting)} ${waiting === 1 ? "sample is" : "samples are"} not searched yet: the platform is still reading them.`}
          <Button size="sm" pending={isReloading} onClick={() => void reload()}>
            Search again
          </Button>
        </p>
      )}
      {cutShort(pages) > 0 && (
        <p role="status" className="text-muted-foreground text-sm">
          {`Of ${formatCount(cutShort(pages))} very long ${cutShort(pages) === 1 ? "sample" : "samples"} only the beginning was searched. All of it is searched for a text with three letters or digits in a row.`}
        </p>
      )}
      {samples.length === 0 ? (
        <NoSamples
          id={id}
          run={run}
          state={state}
          refusal={refusal}
          lookedThrough={lookedThrough(pages)}
          isSearching={list.isFetchingNextPage}
          error={list.error?.message ?? null}
          onSearchOn={() => void list.fetchNextPage()}
        />
      ) : (
        <Fragment key={JSON.stringify([shownAs.state.as, shownAs.query])}>
          {isByExample(shownAs.state) ? (
            <ExamplesList {...shown} />
          ) : (
            <SamplesTable {...shown} metrics={metricNames(pages.pages[0]?.metric_names ?? [], samples)} order={shownAs.order} />
          )}
        </Fragment>
      )}
    </div>
  )
}

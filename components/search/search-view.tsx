"use client"

import { useInfiniteQuery } from "@tanstack/react-query"
import { useEffect, useEffectEvent, useRef } from "react"
import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Shortcuts } from "@/components/ui/keyboard/shortcuts.tsx"
import { LoadMore } from "@/components/ui/list/load-more.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { useNow } from "@/components/ui/text/time-ago.tsx"
import type { SearchResponse } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { formatCount, formatInstant } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { type SearchState, searchState, toSearchQuery } from "./runs-search-state.ts"
import { SearchHits } from "./search-hits.tsx"

const pageSize = 30
/** How often a search that found nothing yet goes on by itself. */
const goesOnMax = 20

interface SearchViewProps {
  state: SearchState
  /** What can be chosen as a filter. */
  environments: readonly string[]
  models: readonly string[]
}

/** The search over all runs: what is asked stands in the address, hits come page by page. */
export function SearchView({ state, environments, models }: SearchViewProps) {
  const query = toSearchQuery(state, useNow())
  const end = useRef<HTMLDivElement>(null)
  const list = useInfiniteQuery({
    queryKey: ["search", query],
    queryFn: ({ pageParam, signal }): Promise<SearchResponse> =>
      get("/search", {}, { query: "", ...query, limit: pageSize, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    enabled: query !== null,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const pages = list.data?.pages ?? []
  const hits = pages.flatMap((page) => page.hits)
  const last = pages.at(-1)
  const emptySteps = pages.length - 1 - pages.findLastIndex((page) => page.hits.length > 0)
  const goesOn = last?.partial === true && emptySteps > 0 && emptySteps % goesOnMax !== 0 && list.error === null
  const goOn = useEffectEvent(() => void list.fetchNextPage())
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer without a hit is followed by the next question
  useEffect(() => {
    if (goesOn) goOn()
  }, [goesOn, pages.length])

  const move = (step: number) => {
    const links = [...document.querySelectorAll<HTMLElement>("[data-hit]")]
    const at = links.indexOf(document.activeElement as HTMLElement)
    links[at < 0 ? 0 : at + step]?.focus()
  }
  const isLooking = list.isFetching || goesOn
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <FilterBar label="Search all runs" search={searchState} options={{ environment: namesOf(environments), model: namesOf(models) }} />
      {query === null ? (
        <EmptyState title="Search the conversations and logs of all your runs">
          Messages, reasoning, tool calls, results, errors and log lines, in any case; or a regular expression.
        </EmptyState>
      ) : (
        <>
          <div className="flex min-h-8 flex-wrap items-center gap-2">
            <p role="status" className="tabular text-muted-foreground text-sm">
              {isLooking && hits.length === 0 ? "Searching…" : last && countText(hits.length, list.hasNextPage)}
            </p>
            {isLooking && <Spinner label="Searching" />}
            <span className="ml-auto">
              <Shortcuts
                shortcuts={[
                  { keys: ["j"], label: "Next hit", run: () => move(1) },
                  { keys: ["k"], label: "Previous hit", run: () => move(-1) },
                  { keys: ["Enter"], label: "Open the hit" },
                  { keys: ["/"], label: "Search" },
                ]}
              />
            </span>
          </div>
          <Waiting waiting={last?.waiting ?? 0} isPending={list.isRefetching} onAgain={() => void list.refetch()} />
          {hits.length > 0 && <SearchHits hits={hits} state={state} />}
          {list.error !== null && hits.length === 0 ? (
            <LoadError title="This search cannot be made" message={list.error.message} retry={() => void list.refetch()} />
          ) : last?.partial ? (
            <Partial last={last} found={hits.length} isLooking={isLooking} error={list.error?.message ?? null} onGoOn={goOn} />
          ) : list.hasNextPage ? (
            <LoadMore
              isLoading={list.isFetchingNextPage}
              error={list.error?.message ?? null}
              onLoadMore={() => void list.fetchNextPage()}
              count={hits.length}
              root={end}
            />
          ) : (
            last && hits.length === 0 && <NothingFound state={state} />
          )}
        </>
      )}
    </div>
  )
}

const namesOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]))

const countText = (count: number, hasMore: boolean): string =>
  `${formatCount(count)}${hasMore ? " or more" : ""} ${count === 1 && !hasMore ? "hit" : "hits"}`

function Waiting({ waiting, isPending, onAgain }: { waiting: number; isPending: boolean; onAgain: () => void }) {
  if (waiting === 0) return null
  return (
    <p role="status" className="flex flex-wrap items-center gap-2 text-muted-foreground text-sm">
      {`${formatCount(waiting)} samples and log lines are not searched yet: the platform is still reading them.`}
      <Button size="sm" pending={isPending} onClick={onAgain}>
        Search again
      </Button>
    </p>
  )
}

interface PartialProps {
  last: SearchResponse
  found: number
  isLooking: boolean
  error: string | null
  onGoOn: () => void
}

/** A search that no index can answer looks through the runs part by part. */
function Partial({ last, found, isLooking, error, onGoOn }: PartialProps) {
  const what = last.looking_in === "logs" ? "the logs" : "the conversations"
  const until = last.looked_back_to ? ` of the runs back to ${formatInstant(last.looked_back_to)}` : ""
  return (
    <EmptyState
      title={found === 0 ? "Nothing found so far" : "There may be more"}
      action={
        <Button variant="primary" pending={isLooking} onClick={onGoOn}>
          Look further
        </Button>
      }
    >
      {error ?? `Looked through ${what}${until}. Three letters or digits in a row let the platform find it at once.`}
    </EmptyState>
  )
}

function NothingFound({ state }: { state: SearchState }) {
  const hasOthers = searchState.hasFilters({ ...state, q: null })
  return (
    <EmptyState
      title={
        <>
          {`Nothing ${state.regex ? "matches" : "contains"} “`}
          <bdi>{state.q}</bdi>
          {`”${hasOthers ? " with these filters" : ""}`}
        </>
      }
      action={
        <ButtonLink href={searchState.href(paths.search, state, hasOthers ? { ...searchState.cleared, q: state.q } : searchState.cleared)}>
          Clear {hasOthers ? "the filters" : "the search"}
        </ButtonLink>
      }
    >
      All runs that you own, alone or through a team, were searched.
    </EmptyState>
  )
}

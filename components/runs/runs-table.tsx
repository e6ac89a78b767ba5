"use client"

import { usePathname } from "next/navigation"
import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { modelOf } from "@/components/shared/run-facts.ts"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import type { ListEvaluationsResponse, SavedView } from "@/contract/index.ts"
import { useRuns } from "@/lib/live/use-run.ts"
import { useHiddenRuns } from "./held-deletes.ts"
import { NoRuns } from "./no-runs.tsx"
import { RunsRows } from "./rows/runs-rows.tsx"
import { StartedNote } from "./rows/started-note.tsx"
import { type RunsSearch, runsPage, runsSearch, toModelsQuery, toRunsQuery } from "./runs-search.ts"
import { RunsTabs } from "./runs-tabs.tsx"
import { useModels } from "./use-models.ts"
import { useTags } from "./use-tags.ts"

interface RunsTableProps {
  initial: ListEvaluationsResponse
  /** When `initial` was read (milliseconds since 1970). Without it the list is read again at once. */
  initialAt?: number
  state: RunsSearch
  /** The environment whose runs are shown, and where its next run is started; without it, runs of all environments. */
  environment?: { id: string; launchHref: string }
  /** Whether the platform keeps tags, stars and an archive. */
  canMark?: boolean
  /** The views of the list that were saved; left out where it is a part of another page. */
  views?: readonly SavedView[]
}

/** Runs with filters, order and pages in the address, kept up to date while they are active. */
export function RunsTable({ initial, initialAt = 0, state, environment, canMark = false, views }: RunsTableProps) {
  const pathname = usePathname()
  const { list, error } = useRuns(toRunsQuery(state, environment?.id), { data: initial, at: initialAt })
  const hidden = useHiddenRuns()
  const runs = list.evaluations.filter((run) => !hidden.has(run.evaluation_id))
  const started = state.started ?? []
  const models = useModels(
    toModelsQuery(state, environment?.id),
    runs.flatMap((run) => modelOf(run) ?? []),
  )
  const tags = useTags(canMark)

  const isUnfiltered = !runsSearch.hasFilters(state) && state.tab === null && state.page === 1
  if (list.evaluations.length === 0 && isUnfiltered) return <NoRuns launchHref={environment?.launchHref} />
  const tabs = canMark && <RunsTabs state={state} views={views ?? null} />
  const filters = (
    <FilterBar
      label="Filter evaluations"
      search={runsSearch}
      options={{ model: wordsFor(models), ...(tags.length > 0 || state.tag ? { tag: wordsFor(tags) } : {}) }}
    />
  )
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <StartedNote runs={runs} started={started} />
      {error && (
        <p role="alert" className="break-anywhere text-danger text-sm">
          The list could not be read again: {error.message}
        </p>
      )}
      {runs.length === 0 ? (
        <>
          {tabs}
          {filters}
          <EmptyState
            title="No evaluation matches"
            action={<ButtonLink href={runsSearch.href(pathname, state, { ...runsSearch.cleared, tab: null })}>Clear filters</ButtonLink>}
          >
            Change or clear the filters to see others.
          </EmptyState>
        </>
      ) : (
        <>
          <RunsRows
            tabs={tabs}
            filters={filters}
            runs={runs}
            started={started}
            state={state}
            showEnvironment={!environment}
            canMark={canMark}
          />
          <Pager
            skipped={list.skip}
            shown={runs.length}
            total={list.total}
            page={state.page}
            {...(list.next === undefined ? {} : { hasNext: list.next !== null })}
            hrefOf={(page) => runsSearch.href(pathname, state, runsPage(state, list, page))}
          />
        </>
      )}
    </div>
  )
}

const wordsFor = (values: readonly string[]) => Object.fromEntries(values.map((value) => [value, value]))

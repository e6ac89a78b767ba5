"use client"

import { usePathname } from "next/navigation"
import { useState } from "react"
import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { RunDialog, type RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { modelOf } from "@/components/shared/run-facts.ts"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import type { ListEvaluationsResponse } from "@/contract/index.ts"
import { useRuns } from "@/lib/live/use-run.ts"
import { NoRuns } from "./no-runs.tsx"
import { RunCard } from "./run-card.tsx"
import { type RunsSearch, runsPage, runsSearch, toModelsQuery, toRunsQuery } from "./runs-search.ts"
import { StartedNote } from "./started-note.tsx"
import { useModels } from "./use-models.ts"
import { WideTable } from "./wide-table.tsx"

interface RunsTableProps {
  initial: ListEvaluationsResponse
  /** When `initial` was read (milliseconds since 1970). Without it the list is read again at once. */
  initialAt?: number
  state: RunsSearch
  /** The environment whose runs are shown, and where its next run is started; without it, runs of all environments. */
  environment?: { id: string; launchHref: string }
}

/** Runs with filters, order and pages in the address, kept up to date while they are active. */
export function RunsTable({ initial, initialAt = 0, state, environment }: RunsTableProps) {
  const pathname = usePathname()
  const { list, error } = useRuns(toRunsQuery(state, environment?.id), { data: initial, at: initialAt })
  const [question, setQuestion] = useState<RunQuestion | null>(null)
  const runs = list.evaluations
  const started = state.started ?? []
  const known = useModels(
    toModelsQuery(state, environment?.id),
    runs.flatMap((run) => modelOf(run) ?? []),
  )

  if (runs.length === 0 && !runsSearch.hasFilters(state) && state.page === 1) return <NoRuns launchHref={environment?.launchHref} />
  const models = Object.fromEntries(known.map((model) => [model, model]))
  const rows = { runs, started, showEnvironment: !environment, onAsk: setQuestion }
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <FilterBar label="Filter evaluations" search={runsSearch} options={{ model: models }} />
      <StartedNote runs={runs} started={started} />
      {error && (
        <p role="alert" className="break-anywhere text-danger text-sm">
          The list could not be read again: {error.message}
        </p>
      )}
      {runs.length === 0 ? (
        <EmptyState
          title="No evaluation matches"
          action={<ButtonLink href={runsSearch.href(pathname, state, runsSearch.cleared)}>Clear filters</ButtonLink>}
        >
          Change or clear the filters to see others.
        </EmptyState>
      ) : (
        <>
          <WideTable {...rows} state={state} />
          <ul className="flex flex-col gap-2 md:hidden">
            {runs.map((run) => (
              <RunCard key={run.evaluation_id} run={run} isNew={started.includes(run.evaluation_id)} {...rows} />
            ))}
          </ul>
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
      <RunDialog question={question} onClose={() => setQuestion(null)} />
    </div>
  )
}

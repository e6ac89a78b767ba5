import { WaitingPanel } from "@/components/shared/waiting-panel.tsx"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount } from "@/lib/format.ts"
import { type SamplesSearch, samplesHref, samplesSearch } from "./samples-search.ts"

interface NoSamplesProps {
  id: string
  run: Evaluation
  state: SamplesSearch
  /** Why the search cannot be made. */
  refusal: string | null
  /** How many samples a search that can go on has looked through; null where it covered all. */
  lookedThrough: number | null
  isSearching: boolean
  /** Why going on failed. */
  error: string | null
  onSearchOn: () => void
}

/** Says why the table of samples is empty. */
export function NoSamples({ id, run, state, refusal, lookedThrough, isSearching, error, onSearchOn }: NoSamplesProps) {
  if (samplesSearch.hasFilters(state)) {
    return (
      <EmptyState
        title={refusal === null ? nothingFound(state, lookedThrough) : "This search cannot be made"}
        level={3}
        action={
          <>
            {lookedThrough !== null && (
              <Button variant="primary" pending={isSearching} onClick={onSearchOn}>
                Search on
              </Button>
            )}
            <ButtonLink href={samplesHref(id, state, samplesSearch.cleared)}>Clear filters</ButtonLink>
          </>
        }
      >
        {refusal ?? error ?? "Change or clear the filters to see others."}
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

function nothingFound(state: SamplesSearch, lookedThrough: number | null) {
  if (state.q === null) return "No sample matches"
  const hasOthers = samplesSearch.hasFilters({ ...state, q: null })
  return (
    <>
      {`No sample ${hasOthers ? "with these filters " : ""}${state.regex ? "matches" : "contains"} “`}
      <bdi>{state.q}</bdi>
      {`”${lookedThrough === null ? "" : ` among the first ${formatCount(lookedThrough)}`}`}
    </>
  )
}

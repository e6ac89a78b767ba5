import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { formatCount } from "@/lib/format.ts"
import { type EnvironmentsSearch, environmentsSearch } from "./environments-search.ts"

/** An empty page of a list that is not empty: past its end, or filtered away. */
export function NoMatch({ state, pathname, total }: { state: EnvironmentsSearch; pathname: string; total: number }) {
  if (total > 0)
    return (
      <EmptyState
        title="This page is past the end"
        action={<ButtonLink href={environmentsSearch.href(pathname, state, { page: 1 })}>To the first page</ButtonLink>}
      >
        The list has only {formatCount(total)} {total === 1 ? "environment" : "environments"}.
      </EmptyState>
    )
  return (
    <EmptyState
      title="No environment matches"
      action={<ButtonLink href={environmentsSearch.href(pathname, state, environmentsSearch.cleared)}>Clear the filters</ButtonLink>}
    >
      There is no environment{state.owner ? ` owned by ${state.owner}` : ""}
      {state.tag ? ` tagged ${state.tag}` : ""}
      {state.q ? ` that matches “${state.q}”` : ""}.
    </EmptyState>
  )
}

export function NoEnvironments() {
  return (
    <EmptyState title="No environments yet">
      <p>Drop the folder of a verifiers environment on this page, or publish it from there with the prime CLI:</p>
      <CodeBlock code="prime env push" label="publish command" className="mx-auto mt-3 max-w-xs text-left" />
    </EmptyState>
  )
}

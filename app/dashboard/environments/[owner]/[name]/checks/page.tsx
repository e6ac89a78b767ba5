import type { Metadata } from "next"
import { isUnderWay } from "@/components/environments/check-badge.tsx"
import { checksPageSize, checksSearch } from "@/components/environments/checks-search.ts"
import { ChecksTable } from "@/components/environments/checks-table.tsx"
import { RetryCheck } from "@/components/environments/retry-check.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import { RefreshWhile } from "@/components/ui/refresh-while.tsx"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Checks" }

export default async function ChecksPage({ params, searchParams }: EnvironmentParams & { searchParams: Promise<SearchParams> }) {
  const { owner, name } = await slugOf(params)
  const state = await checksSearch.load(searchParams)
  const skipped = (state.page - 1) * checksPageSize
  const client = await api()
  const [reading, list] = await Promise.all([
    readEnvironment(owner, name),
    formAction(
      async () =>
        (await client.listEnvironmentActions({ params: { owner, name }, query: { limit: checksPageSize, offset: skipped } })).data,
    ),
  ])
  if (!reading.ok) return null
  if (!list.ok) return <LoadError title="The checks could not be listed" message={list.message} />
  const canWrite = reading.environment.can_write === true
  const { actions: checks, total } = list.value
  const hrefOf = (page: number) => checksSearch.href(paths.checks(owner, name), state, { page })
  return (
    <section aria-labelledby="checks" className="flex min-w-0 flex-col gap-3">
      <RefreshWhile active={checks.some((check) => isUnderWay(check.status))} />
      <div className="flex min-h-7 flex-wrap items-center justify-between gap-3">
        <div>
          <h2 id="checks" className="font-semibold text-sm">
            Checks
          </h2>
          <p className="text-muted-foreground text-xs">Each published version is installed and loaded once, to see whether it works.</p>
        </div>
        {canWrite && (
          <RetryCheck owner={owner} name={name} checkId={null}>
            Check the newest version again
          </RetryCheck>
        )}
      </div>
      {checks.length > 0 ? (
        <>
          <ChecksTable owner={owner} name={name} checks={checks} canWrite={canWrite} />
          {total > checksPageSize && <Pager skipped={skipped} shown={checks.length} total={total} page={state.page} hrefOf={hrefOf} />}
        </>
      ) : state.page > 1 ? (
        <EmptyState title="There is no such page" action={<ButtonLink href={hrefOf(1)}>To the newest</ButtonLink>}>
          The list is shorter than that.
        </EmptyState>
      ) : (
        <EmptyState title="No checks yet">Publish a version, and its check appears here.</EmptyState>
      )}
    </section>
  )
}

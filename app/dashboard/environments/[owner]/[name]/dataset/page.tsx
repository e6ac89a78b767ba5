import type { Metadata } from "next"
import { DatasetFilters } from "@/components/environments/dataset/dataset-filters.tsx"
import { datasetSearch, examplesPageSize } from "@/components/environments/dataset/dataset-search.ts"
import { ExamplesPreview } from "@/components/environments/dataset/examples-preview.tsx"
import { RetryCheck } from "@/components/environments/retry-check.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { DatasetExamples } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { formatCount } from "@/lib/format.ts"
import { given, type SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Dataset" }

export default async function DatasetPage({ params, searchParams }: EnvironmentParams & { searchParams: Promise<SearchParams> }) {
  const { owner, name } = await slugOf(params)
  const state = await datasetSearch.load(searchParams)
  const skipped = (state.page - 1) * examplesPageSize
  const query = { ...given({ search: state.q }), limit: examplesPageSize, offset: skipped }
  const client = await api()
  const [reading, list] = await Promise.all([
    readEnvironment(owner, name),
    formAction(async () => (await client.listDatasetExamples({ params: { owner, name, version: "latest" }, query })).data),
  ])
  if (!reading.ok) return null
  if (!list.ok) return <LoadError title="The examples could not be listed" message={list.message} />
  const { examples, total, kept, withheld } = list.value
  const hrefOf = (page: number) => datasetSearch.href(paths.dataset(owner, name), state, { page })
  if (kept === 0)
    return (
      <EmptyState
        title={withheld ? "The examples are not shown to you" : "No examples yet"}
        action={
          reading.environment.can_write === true && (
            <RetryCheck owner={owner} name={name} checkId={null}>
              Check the newest version again
            </RetryCheck>
          )
        }
      >
        {withheld
          ? "The check read them with this environment's secrets, so only those who may change it see them."
          : "The check of a version reads the first examples of its dataset. Versions that were checked before this page was there have none until they are checked again."}
      </EmptyState>
    )
  return (
    <Section id="dataset" title="Dataset" note={sizeOf(list.value)}>
      <div className="flex min-w-0 flex-col gap-3">
        <DatasetFilters />
        {examples.length > 0 ? (
          <>
            <ExamplesPreview examples={examples} />
            <Pager skipped={skipped} shown={examples.length} total={total} page={state.page} hrefOf={hrefOf} />
          </>
        ) : (
          <EmptyState
            title={total > 0 ? "There is no such page" : "No example has this text"}
            action={<ButtonLink href={paths.dataset(owner, name)}>All examples</ButtonLink>}
          >
            {total > 0 ? "The list is shorter than that." : `None of the ${formatCount(kept)} examples that are kept here matches.`}
          </EmptyState>
        )}
      </div>
    </Section>
  )
}

/** How much of the dataset is here. */
function sizeOf({ kept, dataset_size: size }: DatasetExamples): string {
  if (size === null) return `the first ${formatCount(kept)} examples, with the default arguments`
  if (size <= kept) return `${formatCount(kept)} examples, with the default arguments`
  return `the first ${formatCount(kept)} of ${formatCount(size)} examples, with the default arguments`
}

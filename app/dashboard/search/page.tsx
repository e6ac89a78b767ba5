import type { Metadata } from "next"
import { searchState } from "@/components/search/runs-search-state.ts"
import { SearchView } from "@/components/search/search-view.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Search" }

const environmentsMax = 100

export default async function SearchPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await searchState.load(searchParams)
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader title="Search" />
      {
        await orLoadError("The search could not be prepared", async () => {
          if (!(await readExtensions()).has("searchRuns"))
            return (
              <EmptyState title="This platform has no search over all runs">
                The samples and the log of each run have a search of their own.
              </EmptyState>
            )
          const client = await api()
          const [environments, { models }] = await Promise.all([
            client.listEnvironments({ query: { limit: environmentsMax, sort_by: "name", sort_order: "asc" } }),
            client.listEvaluationModels({ query: {} }),
          ])
          const names = environments.data.map(({ owner, name }) => `${owner.name}/${name}`)
          return <SearchView state={state} environments={names} models={models} />
        })
      }
    </div>
  )
}

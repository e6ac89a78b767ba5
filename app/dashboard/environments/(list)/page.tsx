import type { Metadata } from "next"
import { type EnvironmentsSearch, environmentsSearch, toEnvironmentsQuery } from "@/components/environments/environments-search.ts"
import { EnvironmentsTable } from "@/components/environments/environments-table.tsx"
import { PublishEnvironment } from "@/components/environments/publish/publish-environment.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"

export const metadata: Metadata = { title: "Environments" }

export default async function EnvironmentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await environmentsSearch.load(searchParams)
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader title="Environments" {...(remotePlatform() ? {} : { actions: <PublishEnvironment /> })} />
      <List state={state} />
    </div>
  )
}

async function List({ state }: { state: EnvironmentsSearch }) {
  const client = await api()
  const at = Date.now()
  try {
    const [list, self] = await Promise.all([
      client.listEnvironments({ query: toEnvironmentsQuery(state) }),
      client.whoami().then(
        ({ data }) => data?.slug ?? null,
        () => null,
      ),
    ])
    return <EnvironmentsTable initial={list} initialAt={at} state={state} self={self} />
  } catch (error) {
    if (error instanceof ApiError) return <LoadError title="The environments could not be listed" message={error.message} />
    throw error
  }
}

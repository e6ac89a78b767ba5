import { Play } from "lucide-react"
import type { Metadata } from "next"
import { LiveIndicator } from "@/components/evaluations/live-indicator.tsx"
import { parseRunsSearch, type SearchParams } from "@/components/evaluations/runs-search.ts"
import { RunsTable } from "@/components/evaluations/runs-table.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { api } from "@/lib/api/server.ts"
import { paths } from "@/lib/paths.ts"

export const metadata: Metadata = { title: "Evaluations" }

export default async function EvaluationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const query = parseRunsSearch(await searchParams)
  const client = await api()
  const at = Date.now()
  const list = await client.listEvaluations({ query })
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="font-semibold text-xl">Evaluations</h1>
        <div className="flex items-center gap-2">
          <LiveIndicator />
          <ButtonLink href={paths.environments} variant="primary">
            <Play aria-hidden />
            Run an evaluation
          </ButtonLink>
        </div>
      </header>
      <RunsTable initial={list} initialAt={at} query={query} showEnvironment />
    </div>
  )
}

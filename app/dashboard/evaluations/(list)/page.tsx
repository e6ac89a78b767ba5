import { Play } from "lucide-react"
import type { Metadata } from "next"
import { ImportResults } from "@/components/runs/import/import-results.tsx"
import { LateRunsTable } from "@/components/runs/late-runs-table.tsx"
import { runsSearch, toRunsQuery } from "@/components/runs/runs-search.ts"
import { LiveIndicator } from "@/components/shared/live-indicator.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "../or-load-error.tsx"

export const metadata: Metadata = { title: "Evaluations" }

export default async function EvaluationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [state, extensions] = await Promise.all([runsSearch.load(searchParams), readExtensions()])
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader
        title="Evaluations"
        actions={
          <>
            <LiveIndicator className="max-sm:hidden" />
            {extensions.has("importEvaluation") && <ImportResults />}
            <ButtonLink href={paths.environments} variant="primary">
              <Play aria-hidden />
              Run an evaluation
            </ButtonLink>
          </>
        }
      />
      {
        await orLoadError("The evaluations could not be read", async () => {
          const client = await api()
          const at = Date.now()
          const [list, saved] = await Promise.all([
            client.listEvaluations({ query: toRunsQuery(state) }),
            extensions.has("listViews") ? client.listViews() : null,
          ])
          const canMark = extensions.has("bulkEvaluations")
          return <LateRunsTable initial={list} initialAt={at} state={state} canMark={canMark} {...(saved ? { views: saved.views } : {})} />
        })
      }
    </div>
  )
}

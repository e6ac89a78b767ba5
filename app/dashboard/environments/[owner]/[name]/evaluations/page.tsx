import { Bell } from "lucide-react"
import type { Metadata } from "next"
import { LateRunsTable } from "@/components/runs/late-runs-table.tsx"
import { runsSearch, toRunsQuery } from "@/components/runs/runs-search.ts"
import { LiveIndicator } from "@/components/shared/live-indicator.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { ApiError } from "@/lib/api/error.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Evaluations" }

export default async function EnvironmentEvaluationsPage({
  params,
  searchParams,
}: EnvironmentParams & { searchParams: Promise<SearchParams> }) {
  const { owner, name } = await slugOf(params)
  const reading = await readEnvironment(owner, name)
  if (!reading.ok) return null
  const state = await runsSearch.load(searchParams)
  const { id } = reading.environment
  const client = await api()
  const at = Date.now()
  try {
    const [list, extensions] = await Promise.all([client.listEvaluations({ query: toRunsQuery(state, id) }), readExtensions()])
    return (
      <section aria-labelledby="evaluations" className="flex min-w-0 flex-col gap-3">
        <div className="flex min-h-7 items-center justify-between gap-3">
          <h2 id="evaluations" className="font-semibold text-sm">
            Evaluations of this environment
          </h2>
          <div className="flex items-center gap-3">
            {extensions.has("createNotificationRule") && (
              <ButtonLink variant="ghost" size="sm" href={paths.notifyAbout(owner, name)} prefetch={false}>
                <Bell aria-hidden />
                Notify me
              </ButtonLink>
            )}
            <LiveIndicator />
          </div>
        </div>
        <LateRunsTable
          initial={list}
          initialAt={at}
          state={state}
          environment={{ id, launchHref: paths.launch(owner, name) }}
          canMark={extensions.has("bulkEvaluations")}
        />
      </section>
    )
  } catch (error) {
    if (error instanceof ApiError) return <LoadError title="The evaluations could not be listed" message={error.message} />
    throw error
  }
}

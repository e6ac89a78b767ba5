import { Cpu } from "lucide-react"
import type { Metadata } from "next"
import { ModelRows } from "@/components/models/model-rows.tsx"
import { ModelsFilters } from "@/components/models/models-filters.tsx"
import { modelsSearch } from "@/components/models/models-search.ts"
import { OperatorProviders } from "@/components/models/operator-providers.tsx"
import { Providers } from "@/components/models/providers.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { mayAct } from "@/contract/access/roles.ts"
import type { Team } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Models" }

/** Whether the person may change the providers of a team; their own they may. */
const mayManage = (team: Team | undefined): boolean => !team?.access_role || mayAct(team.access_role, "write")

/** Providers that a person or a team added, those of the platform, and all of their models. */
export default async function ModelsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { team, q } = await modelsSearch.load(searchParams)
  if (!(await readExtensions()).has("listProviders"))
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <PageHeader title="Models" />
        <EmptyState icon={<Cpu aria-hidden />} title="Providers cannot be added here">
          This platform has the models that its operator set. They are offered when a run is launched.
        </EmptyState>
      </div>
    )
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {
        await orLoadError("The models could not be read", async () => {
          const client = await api()
          const [teams, list, { models, favourites }] = await Promise.all([
            client.listTeams({ query: { limit: limits.namesPageMax } }),
            client.listProviders({ query: team ? { team_id: team } : {} }),
            client.listInferenceModels({ query: team ? { team_id: team } : {} }),
          ])
          return (
            <>
              <PageHeader title="Models" actions={<ModelsFilters teams={teams.data} />} />
              <div className="flex min-w-0 flex-col gap-7">
                <Providers
                  key={team}
                  providers={list.providers}
                  readyMade={list.ready_made}
                  teamId={team || null}
                  canManage={mayManage(teams.data.find(({ teamId }) => teamId === team))}
                />
                <OperatorProviders providers={list.operator} />
                <ModelRows key={`${team} ${q}`} models={models} favourites={favourites ?? null} search={q} />
              </div>
            </>
          )
        })
      }
    </div>
  )
}

import type { Metadata } from "next"
import { FormerInstancesCard } from "@/components/settings/instances/former-instances-card.tsx"
import { InstancesCard } from "@/components/settings/instances/instances-card.tsx"
import { InstancesFilters } from "@/components/settings/instances/instances-filters.tsx"
import { instancesSearch } from "@/components/settings/instances/instances-search.ts"
import { SshKeysCard } from "@/components/settings/instances/ssh-keys-card.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import { limits } from "@/contract/limits.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

export const metadata: Metadata = { title: "Instances" }

const endedPerPage = 20

/** Machines to log in to, the keys that open them, and those that have ended. */
export default async function InstancesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await instancesSearch.load(searchParams)
  const client = await api()
  const page = Math.max(1, state.ended)
  const skipped = Math.min(limits.offsetMax, (page - 1) * endedPerPage)
  const whose = { team_id: state.team }
  const [offer, running, ended, keys, teams] = await Promise.all([
    formAction(async () => client.summarizeAvailability()),
    formAction(async () => client.listPods({ query: { ...whose, limit: limits.listPageMax } })),
    formAction(async () => client.listPodHistory({ query: { ...whose, offset: skipped, limit: endedPerPage } })),
    formAction(async () => (await client.listSshKeys({ query: {} })).data),
    formAction(async () => (await client.listTeams({ query: { limit: limits.namesPageMax } })).data),
  ])
  const error = [running, keys].find((one) => !one.ok)
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader
        title="Instances"
        above={[{ href: paths.settings, label: "Settings" }]}
        actions={<InstancesFilters teams={teams.ok ? teams.value : []} />}
      />
      <div className="flex min-w-0 flex-col gap-7">
        {!offer.ok && (
          <p role="status" className="max-w-prose text-muted-foreground text-sm">
            {offer.message}.
          </p>
        )}
        {running.ok && (offer.ok || running.value.total_count > 0) && (
          <InstancesCard instances={running.value.data} total={running.value.total_count} />
        )}
        {error && !error.ok && <LoadError title="The instances could not be read" message={error.message} />}
        {keys.ok && (
          <SshKeysCard keys={keys.value} hostKeyFingerprint={(running.ok && running.value.data[0]?.hostKeyFingerprint) || null} />
        )}
        {ended.ok && ended.value.total_count > 0 && (
          <FormerInstancesCard
            instances={ended.value.data}
            pager={
              <Pager
                skipped={skipped}
                shown={ended.value.data.length}
                total={ended.value.total_count}
                page={page}
                hrefOf={(next) => instancesSearch.href(paths.instances, state, { ended: next })}
              />
            }
          />
        )}
      </div>
    </div>
  )
}

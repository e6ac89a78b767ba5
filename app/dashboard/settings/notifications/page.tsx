import { Bell } from "lucide-react"
import type { Metadata } from "next"
import { ChannelsCard } from "@/components/settings/notifications/channels-card.tsx"
import { RulesCard } from "@/components/settings/notifications/rules-card.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { limits } from "@/contract/limits.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "../../evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Notifications" }

/** Where a person is told things, and what. */
export default async function NotificationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { about } = await searchParams
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader title="Notifications" above={[{ href: paths.settings, label: "Settings" }]} />
      {(await readExtensions()).has("getNotificationSettings") ? (
        await orLoadError("Your notifications could not be read", () => readCards(typeof about === "string" ? about : null))
      ) : (
        <EmptyState icon={<Bell aria-hidden />} title="This platform sends no messages">
          While a window of the dashboard is open, the browser can tell you when an evaluation has ended: allow it in the settings.
        </EmptyState>
      )}
    </div>
  )
}

/** @param about the environment that a rule is to be added for: owner/name */
async function readCards(about: string | null) {
  const client = await api()
  const [settings, teams, environments] = await Promise.all([
    client.getNotificationSettings(),
    client.listTeams({ query: { limit: limits.namesPageMax } }),
    client.listEnvironments({ query: { limit: limits.listPageMax, sort_by: "updated_at" } }),
  ])
  return (
    <div className="flex min-w-0 flex-col gap-7">
      <ChannelsCard channels={settings.channels} offersEmail={settings.offers_email} pushKey={settings.push_key} />
      <RulesCard
        key={about}
        about={about}
        rules={settings.rules}
        channels={settings.channels}
        teams={teams.data.map(({ teamId, name }) => ({ id: teamId, name }))}
        environments={environments.data.map(({ owner, name }) => `${owner.name}/${name}`)}
      />
    </div>
  )
}

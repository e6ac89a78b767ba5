import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { Deliveries } from "@/components/settings/notifications/deliveries.tsx"
import { kindLabels } from "@/components/settings/notifications/words.ts"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Section } from "@/components/ui/section.tsx"
import { limits } from "@/contract/limits.ts"
import { api } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "../../../evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Log of a channel" }

interface ChannelPageProps {
  params: Promise<{ channelId: string }>
  searchParams: Promise<SearchParams>
}

/** What was sent over a channel, and what came of it. */
export default async function ChannelPage({ params, searchParams }: ChannelPageProps) {
  const { channelId: id } = await params
  const { cursor: given } = await searchParams
  const cursor = typeof given === "string" ? given : null
  return orLoadError("The log could not be read", async () => {
    const client = await api()
    const channel = (await client.getNotificationSettings()).channels.find((one) => one.id === id)
    if (!channel) notFound()
    const { deliveries, next } = await client.listNotificationDeliveries({ params: { channel_id: id }, query: { cursor } })
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <PageHeader
          title={channel.name}
          above={[
            { href: paths.settings, label: "Settings" },
            { href: paths.notifications, label: "Notifications" },
          ]}
        />
        {deliveries.length === 0 ? (
          <EmptyState title="Nothing was sent yet">
            A message stands here as soon as there is something that you asked to be told.
          </EmptyState>
        ) : (
          <Section
            id="deliveries"
            title={cursor ? "Earlier messages" : "Messages"}
            note={`${kindLabels[channel.kind]}, ${channel.shown_address}; kept for ${limits.deliveriesKeptDays} days`}
          >
            <Deliveries channelId={id} deliveries={deliveries} canSend={channel.state !== "off"} />
          </Section>
        )}
        {(cursor || next) && (
          <nav aria-label="Pages" className="flex gap-2">
            {cursor && <ButtonLink href={paths.notificationLog(id)}>Newest</ButtonLink>}
            {next && <ButtonLink href={paths.notificationLog(id, { cursor: next })}>Earlier</ButtonLink>}
          </nav>
        )}
      </div>
    )
  })
}

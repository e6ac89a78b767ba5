import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { cache } from "react"
import { InvitationsCard } from "@/components/accounts/invitations-card.tsx"
import { RetentionCard } from "@/components/settings/retention/retention-card.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { Members } from "@/components/teams/members.tsx"
import { invitationsPerPage, membersPerPage, membersSearch } from "@/components/teams/teams-search.ts"
import { Pager } from "@/components/ui/list/pager.tsx"
import type { Team } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { isolated } from "@/lib/isolated.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

type Params = Promise<{ team: string }>

/** The person's team of that id; undefined where they are in none of it. */
const readTeam = cache(async (id: string): Promise<Team | undefined> => {
  const client = await api()
  for (let offset = 0; ; offset += limits.namesPageMax) {
    const { data, total_count: total } = await client.listTeams({ query: { offset, limit: limits.namesPageMax } })
    const found = data.find(({ teamId }) => teamId === id)
    if (found || offset + data.length >= total || data.length === 0) return found
  }
})

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  const team = await formAction(async () => readTeam((await params).team))
  return { title: team.ok && team.value ? isolated(team.value.name) : "Team" }
}

/** A team: who is in it and what they may do. */
export default async function TeamPage({ params, searchParams }: { params: Params; searchParams: Promise<SearchParams> }) {
  const { team: id } = await params
  const state = await membersSearch.load(searchParams)
  const above = [{ href: paths.settings, label: "Settings" }]
  const offset = (state.page - 1) * membersPerPage
  const reading = await formAction(async () => {
    const team = await readTeam(id)
    if (!team) notFound()
    const client = await api()
    const extensions = await readExtensions()
    const isOwner = team.access_role === "owner"
    const [members, person, retention, invitations] = await Promise.all([
      client.listTeamMembers({ params: { team_id: id }, query: { offset, limit: membersPerPage } }),
      client.whoami(),
      extensions.has("getRetention") ? client.getRetention({ query: { team_id: id } }).then(({ data }) => data) : null,
      isOwner && extensions.has("listInvitations")
        ? client.listInvitations({
            query: { team_id: id, limit: invitationsPerPage, offset: (state.invitations - 1) * invitationsPerPage },
          })
        : null,
    ])
    return { team, members, person: person.data, extensions, retention, invitations }
  })
  if (!reading.ok)
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <PageHeader above={above} title="Team" />
        <LoadError title="This team could not be read" message={reading.message} />
      </div>
    )
  const { team, members, person, extensions, retention, invitations } = reading.value
  const href = paths.team(id)
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader above={above} title={team.name} />
      <div className="flex min-w-0 flex-col gap-7">
        <Members
          team={{ id, name: team.name }}
          members={members.data}
          selfId={person.id}
          canManage={team.access_role === "owner" && extensions.has("updateTeamMember")}
        />
        {(members.total_count > membersPerPage || state.page > 1) && (
          <Pager
            skipped={offset}
            shown={members.data.length}
            total={members.total_count}
            page={state.page}
            hrefOf={(page) => membersSearch.href(href, state, { page })}
          />
        )}
        {invitations && (
          <>
            <InvitationsCard invitations={invitations.data} teams={[team]} isTeamOptional={false} />
            {(invitations.total_count > invitationsPerPage || state.invitations > 1) && (
              <Pager
                skipped={invitations.offset}
                shown={invitations.data.length}
                total={invitations.total_count}
                page={state.invitations}
                hrefOf={(page) => membersSearch.href(href, state, { invitations: page })}
              />
            )}
          </>
        )}
        {retention && <RetentionCard key={retention.days} teamId={id} retention={retention} />}
      </div>
    </div>
  )
}

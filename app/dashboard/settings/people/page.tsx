import { FolderSync } from "lucide-react"
import type { Metadata } from "next"
import { InvitationsCard } from "@/components/accounts/invitations-card.tsx"
import { PeopleCard } from "@/components/accounts/people-card.tsx"
import { peopleSearch } from "@/components/accounts/people-search.ts"
import { RetentionCard } from "@/components/settings/retention/retention-card.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import { limits } from "@/contract/limits.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

export const metadata: Metadata = { title: "People" }

const perPage = limits.listPageMax

/** Everybody with an account, and who is invited: for admins of the platform. */
export default async function PeoplePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const pages = await peopleSearch.load(searchParams)
  const client = await api()
  const at = (page: number) => ({ offset: Math.min(limits.offsetMax, (Math.max(1, page) - 1) * perPage), limit: perPage })
  const [account, people, invitations, teams, retention] = await Promise.all([
    formAction(async () => (await client.getAccount()).data),
    formAction(async () => client.listPeople({ query: at(pages.people) })),
    formAction(async () => client.listInvitations({ query: at(pages.invitations) })),
    formAction(async () => (await client.listTeams({ query: { limit: limits.namesPageMax } })).data),
    formAction(async () => (await client.getRetention({ query: {} })).data),
  ])
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader
        title="People"
        above={[{ href: paths.settings, label: "Settings" }]}
        actions={
          <ButtonLink href={paths.directory}>
            <FolderSync aria-hidden />
            Directory
          </ButtonLink>
        }
      />
      <div className="flex min-w-0 flex-col gap-7">
        {invitations.ok ? (
          <>
            <InvitationsCard
              invitations={invitations.value.data}
              teams={teams.ok ? teams.value.filter(({ role }) => role === "ADMIN") : []}
            />
            {invitations.value.total_count > perPage && (
              <Pager
                {...{ skipped: invitations.value.offset, shown: invitations.value.data.length, total: invitations.value.total_count }}
                page={pages.invitations}
                hrefOf={(page) => peopleSearch.href(paths.people, pages, { invitations: page })}
              />
            )}
          </>
        ) : (
          <LoadError title="The invitations could not be read" message={invitations.message} />
        )}
        {people.ok ? (
          <>
            <PeopleCard people={people.value.data} readerId={account.ok ? account.value.user_id : ""} />
            {people.value.total_count > perPage && (
              <Pager
                {...{ skipped: people.value.offset, shown: people.value.data.length, total: people.value.total_count }}
                page={pages.people}
                hrefOf={(page) => peopleSearch.href(paths.people, pages, { people: page })}
              />
            )}
          </>
        ) : (
          <LoadError title="The people could not be read" message={people.message} />
        )}
        {retention.ok && <RetentionCard key={retention.value.days} teamId={null} retention={retention.value} />}
      </div>
    </div>
  )
}

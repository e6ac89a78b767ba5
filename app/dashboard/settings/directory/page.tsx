import type { Metadata } from "next"
import { directorySearch } from "@/components/settings/directory/directory-search.ts"
import { GroupsCard } from "@/components/settings/directory/groups-card.tsx"
import { TokensCard } from "@/components/settings/directory/tokens-card.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import { limits } from "@/contract/limits.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

export const metadata: Metadata = { title: "Directory" }

const perPage = limits.listPageMax

/** What a directory such as Okta or Entra keeps here: for admins of the platform. */
export default async function DirectoryPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await directorySearch.load(searchParams)
  const client = await api()
  const offset = Math.min(limits.offsetMax, (Math.max(1, search.page) - 1) * perPage)
  const [tokens, groups, teams] = await Promise.all([
    formAction(async () => (await client.listDirectoryTokens({ query: { limit: limits.namesPageMax } })).data),
    formAction(async () => client.listDirectoryGroups({ query: { offset, limit: perPage } })),
    formAction(async () => (await client.listTeams({ query: { limit: limits.namesPageMax } })).data),
  ])
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader title="Directory" above={[{ href: paths.settings, label: "Settings" }]} />
      <div className="flex min-w-0 flex-col gap-7">
        {tokens.ok ? <TokensCard tokens={tokens.value} /> : <LoadError title="The tokens could not be read" message={tokens.message} />}
        {groups.ok ? (
          <>
            <GroupsCard groups={groups.value.data} teams={teams.ok ? teams.value.filter(({ role }) => role === "ADMIN") : []} />
            {groups.value.total_count > perPage && (
              <Pager
                {...{ skipped: groups.value.offset, shown: groups.value.data.length, total: groups.value.total_count }}
                page={search.page}
                hrefOf={(page) => directorySearch.href(paths.directory, search, { page })}
              />
            )}
          </>
        ) : (
          <LoadError title="The groups could not be read" message={groups.message} />
        )}
      </div>
    </div>
  )
}

import { ChartColumn } from "lucide-react"
import type { Metadata } from "next"
import { LazyCostByDay } from "@/components/charts/lazy-cost-by-day.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import { BudgetCard } from "@/components/usage/budget-card.tsx"
import { LimitsCard } from "@/components/usage/limits-card.tsx"
import { SpendersCard } from "@/components/usage/spenders-card.tsx"
import { UsageFilters } from "@/components/usage/usage-filters.tsx"
import { costByDay, periodOf, toUsageQuery, type UsageSearch, usageSearch } from "@/components/usage/usage-search.ts"
import { UsageTable } from "@/components/usage/usage-table.tsx"
import { UsageTiles } from "@/components/usage/usage-tiles.tsx"
import type { HeldLimit, Spender, UsageReport, UsageRow } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import type { Client } from "@/lib/api/client.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "../evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Usage" }

/** What was spent, on what and by whom, and the budget. */
export default async function UsagePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await usageSearch.load(searchParams)
  if (!(await readExtensions()).has("getUsage"))
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <PageHeader title="Usage" />
        <EmptyState icon={<ChartColumn aria-hidden />} title="Usage is not available">
          This platform does not report usage by day. Each evaluation shows its own tokens and cost where they are known.
        </EmptyState>
      </div>
    )
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {
        await orLoadError("The usage could not be read", async () => {
          const client = await api()
          const extensions = await readExtensions()
          const [teams, report, held, spenders] = await Promise.all([
            client.listTeams({ query: { limit: limits.namesPageMax } }),
            client.getUsage({ query: toUsageQuery(state, Date.now()) }),
            extensions.has("getLimits") ? client.getLimits({ query: { team_id: state.team || null } }).then(({ data }) => data) : [],
            extensions.has("listSpenders") ? readSpenders(client, state) : null,
          ])
          return (
            <>
              <PageHeader title="Usage" actions={<UsageFilters teams={teams.data} />} />
              <Report report={report} held={held} />
              {spenders && <Spenders spenders={spenders} state={state} />}
            </>
          )
        })
      }
    </div>
  )
}

const perPage = 20

type SpendersPage = { data: Spender[]; total_count: number; offset: number }

interface AllSpenders {
  people: SpendersPage
  /** Of the whole platform only. */
  teams: SpendersPage | null
}

/** The members of the team that is shown; for admins of the platform, beside their own account, everybody and every team. */
async function readSpenders(client: Client, state: UsageSearch): Promise<AllSpenders | null> {
  const query = (page: number) => ({
    ...periodOf(state.days, Date.now()),
    offset: Math.min(limits.offsetMax, (Math.max(1, page) - 1) * perPage),
    limit: perPage,
  })
  if (state.team) return { people: await client.listSpenders({ query: { ...query(state.people), team_id: state.team } }), teams: null }
  if (!(await client.getAccount()).data.is_admin) return null
  const [people, teams] = await Promise.all([
    client.listSpenders({ query: query(state.people) }),
    client.listSpenders({ query: { ...query(state.teams), by: "team" } }),
  ])
  return { people, teams }
}

function Spenders({ spenders: { people, teams }, state }: { spenders: AllSpenders; state: UsageSearch }) {
  const pager = (page: SpendersPage, name: "people" | "teams") =>
    page.total_count > perPage && (
      <Pager
        {...{ skipped: page.offset, shown: page.data.length, total: page.total_count, page: state[name] }}
        hrefOf={(to) => usageSearch.href(paths.usage, state, { [name]: to })}
      />
    )
  return (
    <>
      <SpendersCard
        id="spenders"
        title={state.team ? "Members" : "People of this platform"}
        what="Person"
        rows={people.data}
        teamId={state.team || null}
      />
      {pager(people, "people")}
      {teams && teams.data.length > 0 && (
        <>
          <SpendersCard id="spending-teams" title="Teams of this platform" what="Team" rows={teams.data} teamId={null} />
          {pager(teams, "teams")}
        </>
      )}
    </>
  )
}

function Report({ report, held }: { report: UsageReport; held: readonly HeldLimit[] }) {
  const isEmpty = report.total.requests === 0 && report.total.sandbox_seconds === 0
  const runsOf = ({ name }: UsageRow): string | null => {
    const [owner, environment] = name?.split("/") ?? []
    return owner && environment ? paths.environmentEvaluations(owner, environment) : null
  }
  return (
    <>
      <LimitsCard limits={held} />
      <BudgetCard key={`${report.team_id} ${report.budget.monthly_usd}`} budget={report.budget} />
      {isEmpty ? (
        <EmptyState icon={<ChartColumn aria-hidden />} title="Nothing was used in this period">
          Requests through the inference gateway and the time of sandboxes are counted from the first run on.
        </EmptyState>
      ) : (
        <>
          <UsageTiles total={report.total} />
          <Card aria-labelledby="by-day">
            <CardHeader id="by-day" title="Cost by day" />
            <CardBody>
              <LazyCostByDay days={costByDay(report.by_day, report.from, report.to)} />
            </CardBody>
          </Card>
          <div className="grid min-w-0 grid-cols-1 items-start gap-4 2xl:grid-cols-2">
            <UsageTable id="by-model" title="By model" what="Model" rows={report.by_model} nameless="No model" />
            <UsageTable
              id="by-environment"
              title="By environment"
              what="Environment"
              rows={report.by_environment}
              nameless="Requests outside runs"
              hrefOf={runsOf}
            />
            {report.by_user.length > 1 && (
              <UsageTable id="by-user" title="By person" what="Person" rows={report.by_user} nameless="Unknown" />
            )}
          </div>
        </>
      )}
    </>
  )
}

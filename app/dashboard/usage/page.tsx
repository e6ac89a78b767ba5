import { ChartColumn } from "lucide-react"
import type { Metadata } from "next"
import { LazyCostByDay } from "@/components/charts/lazy-cost-by-day.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { BudgetCard } from "@/components/usage/budget-card.tsx"
import { UsageFilters } from "@/components/usage/usage-filters.tsx"
import { costByDay, toUsageQuery, usageSearch } from "@/components/usage/usage-search.ts"
import { UsageTable } from "@/components/usage/usage-table.tsx"
import { UsageTiles } from "@/components/usage/usage-tiles.tsx"
import type { UsageReport, UsageRow } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
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
          const [teams, report] = await Promise.all([
            client.listTeams({ query: { limit: limits.namesPageMax } }),
            client.getUsage({ query: toUsageQuery(state, Date.now()) }),
          ])
          return (
            <>
              <PageHeader title="Usage" actions={<UsageFilters teams={teams.data} />} />
              <Report report={report} />
            </>
          )
        })
      }
    </div>
  )
}

function Report({ report }: { report: UsageReport }) {
  const isEmpty = report.total.requests === 0 && report.total.sandbox_seconds === 0
  const runsOf = ({ name }: UsageRow): string | null => {
    const [owner, environment] = name?.split("/") ?? []
    return owner && environment ? paths.environmentEvaluations(owner, environment) : null
  }
  return (
    <>
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

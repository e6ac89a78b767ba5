import type { UsageQuery, UsageReport } from "../../../contract/index.ts"
import { invalid } from "../../base/errors.ts"
import { dayOf } from "../../store/usage/daily-usage.ts"
import { type DailySums, listEnvironmentNames, listUsage, listUserNames, sumUsage } from "../../store/usage/usage-report.ts"
import type { Context } from "../context.ts"
import { accountOf, budgetOf } from "./budget.ts"

const dayMs = 86_400_000
const defaultDays = 30
const daysMax = 366

/** What was used, as the contract has it. */
export const toSums = (sums: DailySums) => ({
  requests: sums.requests,
  failed_requests: sums.failedRequests,
  unpriced_requests: sums.unpricedRequests,
  prompt_tokens: sums.promptTokens,
  cached_tokens: sums.cachedTokens,
  reasoning_tokens: sums.reasoningTokens,
  completion_tokens: sums.completionTokens,
  sandbox_seconds: sums.sandboxMs / 1000,
  cost_usd: sums.costUsd + sums.sandboxUsd,
})

/** The days of a report: the last 30 where none are named. @throws ServiceError for none and for more than a year of them */
export function daysOf(query: Pick<UsageQuery, "from" | "to">): { from: string; to: string } {
  const to = query.to ?? dayOf(new Date())
  const from = query.from ?? dayOf(new Date(Date.parse(to) - (defaultDays - 1) * dayMs))
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1
  if (days < 1) throw invalid(["from"], "must not be after `to`")
  if (days > daysMax) throw invalid(["from"], `must be less than ${daysMax} days before \`to\``)
  return { from, to }
}

/** What an account used on the days from `from` to `to`, both included: by day, model, environment and person. */
export async function getUsage(ctx: Context, query: UsageQuery): Promise<UsageReport> {
  const account = await accountOf(ctx, query.team_id)
  const { from, to } = daysOf(query)
  const list = (by: Parameters<typeof listUsage>[3]) => listUsage(ctx.db, account, { from, to }, by)
  const named = (rows: DailySums[], nameOf: (key: string) => string | null) =>
    rows.map((row) => ({ key: row.key, name: nameOf(row.key), ...toSums(row) }))
  const byEnvironment = await list("environment")
  const environments = await listEnvironmentNames(
    ctx.db,
    byEnvironment.map((row) => row.key),
  )
  const byUser = await list("user")
  const users = await listUserNames(
    ctx.db,
    byUser.map((row) => row.key),
  )
  return {
    team_id: account.teamId,
    from,
    to,
    total: toSums(await sumUsage(ctx.db, account, { from, to })),
    by_day: (await list("day")).map((row) => ({ day: row.key, ...toSums(row) })),
    by_model: named(await list("model"), (key) => key),
    by_environment: named(byEnvironment, (key) => environments.get(key) ?? null),
    by_user: named(byUser, (key) => users.get(key) ?? null),
    budget: await budgetOf(ctx, account),
  }
}

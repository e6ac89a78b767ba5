import type { Spender, SpendersQuery } from "../../../contract/index.ts"
import { listSpenders as listRows } from "../../store/usage/spenders.ts"
import { requireAdmin } from "../accounts/people.ts"
import { type Context, requireUser } from "../context.ts"
import { may } from "../identity/may.ts"
import { accountOf } from "./budget.ts"
import { daysOf, toSums } from "./read-usage.ts"

/**
 * What each member of a team used and may use, or each person or team of the platform, by name.
 * @throws ServiceError without a team for whoever is no admin of the platform
 */
export async function listSpenders(ctx: Context, query: SpendersQuery): Promise<{ data: Spender[]; total_count: number }> {
  const userId = requireUser(ctx)
  const days = daysOf(query)
  const teamId = query.team_id ? (await accountOf(ctx, query.team_id)).teamId : null
  if (teamId === null) await requireAdmin(ctx)
  const of = teamId !== null ? ({ kind: "member", teamId } as const) : ({ kind: query.by } as const)
  const { rows, total } = await listRows(ctx.db, of, days, query, new Date())
  const mayChange = (id: string) => {
    if (teamId !== null) return may(ctx, { userId, teamId }, "manage")
    return query.by === "person" || may(ctx, { userId, teamId: id }, "manage")
  }
  return {
    data: rows.map(({ id, name, sums, runs, limit }) => ({
      id,
      name,
      ...toSums(sums),
      runs,
      limit: { monthly_usd: limit.monthlyUsd, spent_usd: limit.spentUsd, runs_at_once: limit.runsAtOnce, runs_now: limit.runsNow },
      may_change: mayChange(id),
    })),
    total_count: total,
  }
}

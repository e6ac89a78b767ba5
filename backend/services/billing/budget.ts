import type { Budget, SetBudgetRequest } from "../../../contract/index.ts"
import { type Account, findAccountSpend, monthStart } from "../../store/usage/budgets.ts"
import { setBudget } from "../../store/usage/limits.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { may } from "../identity/may.ts"
import { requireTeam } from "../identity/teams.ts"

/** The account that a request is about: a team of the caller's, or the caller. */
export async function accountOf(ctx: Context, team: string | null | undefined): Promise<Account> {
  const userId = requireUser(ctx)
  return { userId, teamId: team ? requireTeam(ctx, team) : null }
}

export async function budgetOf(ctx: Context, account: Account): Promise<Budget> {
  const now = new Date()
  const { spentUsd, monthlyUsd } = await findAccountSpend(ctx.db, account, now)
  return {
    team_id: account.teamId,
    month: monthStart(now).slice(0, 7),
    monthly_usd: monthlyUsd,
    spent_usd: spentUsd,
    may_change: may(ctx, account, "manage"),
  }
}

/** Sets what an account may spend in a month. @throws ServiceError when the caller is no owner of the team */
export async function setMonthlyBudget(ctx: Context, input: SetBudgetRequest): Promise<Budget> {
  const account = await accountOf(ctx, input.team_id)
  await ctx.db.transaction(async (tx) => {
    await setBudget(tx, account, input.monthly_usd)
    await record(ctx, tx, {
      action: "budget.set",
      target: { kind: account.teamId ? "team" : "user", id: account.teamId ?? account.userId },
      teamId: account.teamId,
      details: { monthly_usd: input.monthly_usd },
    })
  })
  return budgetOf(ctx, account)
}

import type { Budget, SetBudgetRequest } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findTeamRole } from "../../store/identity/teams.ts"
import { type Account, findAccountSpend, monthStart, setBudget } from "../../store/usage/budgets.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"

/** The account that a request is about: a team of the caller's, or the caller. */
export async function accountOf(ctx: Context, team: string | null | undefined): Promise<Account> {
  const userId = requireUser(ctx)
  return { userId, teamId: team ? requireTeam(ctx, team) : null }
}

/** A team's budget may be changed by its admins, a user's own by the user. */
const mayChange = async (ctx: Context, { userId, teamId }: Account): Promise<boolean> =>
  teamId === null || (await findTeamRole(ctx.db, teamId, userId)) === "ADMIN"

export async function budgetOf(ctx: Context, account: Account): Promise<Budget> {
  const now = new Date()
  const { spentUsd, monthlyUsd } = await findAccountSpend(ctx.db, account, now)
  return {
    team_id: account.teamId,
    month: monthStart(now).slice(0, 7),
    monthly_usd: monthlyUsd,
    spent_usd: spentUsd,
    may_change: await mayChange(ctx, account),
  }
}

/** Sets what an account may spend in a month. @throws ServiceError when the caller is no admin of the team */
export async function setMonthlyBudget(ctx: Context, input: SetBudgetRequest): Promise<Budget> {
  const account = await accountOf(ctx, input.team_id)
  if (!(await mayChange(ctx, account))) throw new ServiceError("forbidden", "Only admins of the team may change its budget")
  await setBudget(ctx.db, account, input.monthly_usd)
  return budgetOf(ctx, account)
}

import type { HeldLimit, LimitsQuery, SetLimitsRequest } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { findMember } from "../../store/identity/teams.ts"
import { findUser } from "../../store/identity/users.ts"
import { findHeldLimits, findLimit, runsNowOf, setLimit, spentOf } from "../../store/usage/limits.ts"
import { requireAdmin } from "../accounts/people.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"
import { accountOf } from "./budget.ts"

/** The limits that hold for what the caller launches on an account. */
export async function readLimits(ctx: Context, { team_id }: LimitsQuery): Promise<HeldLimit[]> {
  const account = await accountOf(ctx, team_id)
  const now = new Date()
  const held = await findHeldLimits(ctx.db, account)
  return Promise.all(
    held.map(async ({ scope, monthlyUsd, runsAtOnce }) => ({
      scope,
      monthly_usd: monthlyUsd,
      spent_usd: await spentOf(ctx.db, scope, account, now),
      runs_at_once: runsAtOnce,
      runs_now: await runsNowOf(ctx.db, scope, account),
    })),
  )
}

/**
 * Sets what a team, a member of a team, or a person may spend in a month and run at once. Runs that are under way go on; those that cost something
 * are stopped where the money is spent.
 * @throws ServiceError unless the caller is an owner of the team, or for a person an admin of the platform
 */
export async function setLimits(
  ctx: Context,
  { team_id, user_id, monthly_usd: monthlyUsd, runs_at_once: runsAtOnce }: SetLimitsRequest,
): Promise<{ monthly_usd: number | null; runs_at_once: number | null }> {
  const callerId = requireUser(ctx)
  const teamId = team_id ? requireTeam(ctx, team_id) : null
  if (teamId === null) await requireAdmin(ctx)
  const name = user_id ? await nameOf(ctx, teamId, user_id) : null
  const key = { accountId: teamId ?? "", memberId: user_id ?? "" }
  return ctx.db.transaction(async (tx) => {
    await setLimit(tx, key, { monthlyUsd, runsAtOnce }, callerId)
    const set = await findLimit(tx, key)
    const answer = { monthly_usd: set.monthlyUsd, runs_at_once: set.runsAtOnce }
    const target = user_id ? { kind: "user", id: user_id, name } : { kind: "team", id: teamId }
    await record(ctx, tx, { action: "limit.set", target, teamId, details: answer })
    return answer
  })
}

async function nameOf(ctx: Context, teamId: string | null, userId: string): Promise<string> {
  const user = teamId === null ? await findUser(ctx.db, userId) : (await findMember(ctx.db, teamId, userId))?.user
  if (!user) throw notFound(teamId === null ? "person" : "member", userId)
  return user.name
}

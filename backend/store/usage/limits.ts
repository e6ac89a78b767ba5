import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { budgets, dailyUsage, evaluations } from "../schema.ts"
import { type Account, accountId, ofAccount, sumSpent } from "./budgets.ts"

/** What a limit is of: an account, or a person's part of a team, or of all accounts (an empty `accountId`). */
export interface LimitKey {
  accountId: string
  /** Empty for the account as a whole. */
  memberId: string
}

/** Null where there is no such limit. */
export interface Limit {
  monthlyUsd: number | null
  runsAtOnce: number | null
}

/** Whose limit holds for a launch: the account's (a team's, or one's own), a member's in the team, or a person's on the whole platform. */
export type LimitScope = "account" | "member" | "person"

export interface HeldLimit extends Limit {
  scope: LimitScope
}

/** Changes a limit; what is undefined stays, and without any the row goes. */
export async function setLimit(
  db: Db,
  key: LimitKey,
  changes: { monthlyUsd?: number | null | undefined; runsAtOnce?: number | null | undefined },
  updatedBy: string,
): Promise<void> {
  const { monthlyUsd, runsAtOnce } = changes
  const set = {
    ...(monthlyUsd === undefined ? {} : { monthlyUsd }),
    ...(runsAtOnce === undefined ? {} : { runsAtOnce }),
    updatedBy,
    updatedAt: new Date(),
  }
  await db
    .insert(budgets)
    .values({ ...key, ...set })
    .onConflictDoUpdate({ target: [budgets.accountId, budgets.memberId], set })
  await db.delete(budgets).where(and(isOf(key), sql`${budgets.monthlyUsd} is null and ${budgets.runsAtOnce} is null`))
}

/** @param monthlyUsd null takes the budget away */
export const setBudget = (db: Db, account: Account, monthlyUsd: number | null): Promise<void> =>
  setLimit(db, { accountId: accountId(account), memberId: "" }, { monthlyUsd }, account.userId)

const isOf = ({ accountId, memberId }: LimitKey) => and(eq(budgets.accountId, accountId), eq(budgets.memberId, memberId))

export async function findLimit(db: Db, key: LimitKey): Promise<Limit> {
  const [row] = await db.select({ monthlyUsd: budgets.monthlyUsd, runsAtOnce: budgets.runsAtOnce }).from(budgets).where(isOf(key))
  return row ?? { monthlyUsd: null, runsAtOnce: null }
}

/** The limits of some members of an account, or of some persons, by their ids; or of whole accounts, by theirs. */
export async function listLimits(
  db: Db,
  of: { accountId: string; memberIds: string[] } | { accountIds: string[] },
): Promise<Map<string, Limit>> {
  const isWhole = "accountIds" in of
  const rows = await db
    .select({ key: isWhole ? budgets.accountId : budgets.memberId, monthlyUsd: budgets.monthlyUsd, runsAtOnce: budgets.runsAtOnce })
    .from(budgets)
    .where(
      isWhole
        ? and(inArray(budgets.accountId, of.accountIds), eq(budgets.memberId, ""))
        : and(eq(budgets.accountId, of.accountId), inArray(budgets.memberId, of.memberIds)),
    )
  return new Map(rows.map(({ key, ...limit }) => [key, limit]))
}

/** The limits that hold for what a person launches on an account. */
export async function findHeldLimits(db: Db, account: Account): Promise<HeldLimit[]> {
  const { userId, teamId } = account
  const keys: LimitKey[] = [
    { accountId: accountId(account), memberId: "" },
    { accountId: "", memberId: userId },
    ...(teamId ? [{ accountId: teamId, memberId: userId }] : []),
  ]
  const rows = await db
    .select({
      accountId: budgets.accountId,
      memberId: budgets.memberId,
      monthlyUsd: budgets.monthlyUsd,
      runsAtOnce: budgets.runsAtOnce,
    })
    .from(budgets)
    .where(or(...keys.map(isOf)))
    .orderBy(budgets.memberId, sql`${budgets.accountId} desc`)
  return rows.map(({ accountId: id, memberId, ...limit }) => ({
    ...limit,
    scope: memberId === "" ? "account" : id === "" ? "person" : "member",
  }))
}

/** What was spent this month of what a limit of this scope counts. */
export function spentOf(db: Db, scope: LimitScope, account: Account, now: Date): Promise<number> {
  const { userId, teamId } = account
  if (scope === "account") return sumSpent(db, ofAccount(account), now)
  const byUser = eq(dailyUsage.userId, userId)
  return sumSpent(db, scope === "person" ? byUser : and(byUser, eq(dailyUsage.teamId, teamId ?? "")), now)
}

/** Runs on the platform that are queued or under way, each half with an index of its own. */
export const halves = [
  sql`${evaluations.isHosted} and ${evaluations.status} = 'PENDING'`,
  sql`${evaluations.isHosted} and ${evaluations.status} in ('RUNNING', 'PROCESSING')`,
]

/** Runs that are queued or under way, of what a limit of this scope counts. */
export async function runsNowOf(db: Db, scope: LimitScope, { userId, teamId }: Account): Promise<number> {
  const byUser = eq(evaluations.userId, userId)
  const ofTeam = teamId ? eq(evaluations.teamId, teamId) : sql`${evaluations.teamId} is null`
  const which = scope === "person" ? byUser : scope === "member" ? and(byUser, ofTeam) : teamId ? ofTeam : and(byUser, ofTeam)
  return countRunsNow(db, which)
}

export async function countRunsNow(db: Db, which: SQL | undefined): Promise<number> {
  let runs = 0
  for (const half of halves) runs += await db.$count(evaluations, and(half, which))
  return runs
}

/** Makes launches that count against the same limits wait for each other, until the transaction ends. In one order, so that none waits in a circle. */
export async function lockLimits(tx: Db, { userId, teamId }: Account): Promise<void> {
  for (const id of teamId ? [teamId, userId].sort() : [userId])
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`limits ${id}`}))`)
}

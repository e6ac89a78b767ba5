import { and, eq, gte, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { budgets, dailyUsage, evaluations, usageTotals } from "../schema.ts"
import { sandboxSums } from "./sandbox-sums.ts"

/** Who pays: a team, or a user. */
export interface Account {
  userId: string
  teamId: string | null
}

export const accountId = ({ userId, teamId }: Account): string => teamId ?? userId

/** The account's rows of daily_usage. */
export const ofAccount = ({ userId, teamId }: Account) =>
  teamId ? eq(dailyUsage.teamId, teamId) : and(eq(dailyUsage.userId, userId), eq(dailyUsage.teamId, ""))

export const monthStart = (now: Date): string => `${now.toISOString().slice(0, 7)}-01`

/** What an account has spent since the month began, and what it may; null without a budget. */
export async function findAccountSpend(
  db: Db,
  account: Account,
  now = new Date(),
): Promise<{ spentUsd: number; monthlyUsd: number | null }> {
  const [budget] = await db
    .select({ monthlyUsd: budgets.monthlyUsd })
    .from(budgets)
    .where(and(eq(budgets.accountId, accountId(account)), eq(budgets.memberId, "")))
  const spentUsd = await sumSpent(db, ofAccount(account), now)
  return { spentUsd, monthlyUsd: budget?.monthlyUsd ?? null }
}

/** What was spent since the month began. @param of which rows of daily_usage count */
export async function sumSpent(db: Db, of: SQL | undefined, now: Date): Promise<number> {
  const [spent] = await db
    .select({ usd: sql<number>`coalesce(sum(${dailyUsage.costUsd} + ${dailyUsage.sandboxUsd}), 0)::float8` })
    .from(dailyUsage)
    .where(and(of, gte(dailyUsage.day, monthStart(now))))
  return spent?.usd ?? 0
}

export interface RunSpend extends Account {
  /** What counts against the run's budget: since it was last resumed. */
  usd: number
  tokens: number
  usdInAll: number
  tokensInAll: number
  evalConfig: Record<string, unknown> | null
}

/** What a run has used so far, and who pays for it. */
export async function findRunSpend(db: Db, evaluationId: string): Promise<RunSpend | undefined> {
  const [row] = await db
    .select({
      userId: evaluations.userId,
      teamId: evaluations.teamId,
      evalConfig: evaluations.evalConfig,
      resume: evaluations.resume,
      usdInAll: sql<number>`coalesce(${usageTotals.costUsd}, 0) + coalesce(${sandboxSums(evaluations.id).usd}, 0)`,
      tokensInAll: sql<number>`coalesce(${usageTotals.promptTokens} + ${usageTotals.completionTokens}, 0)::float8`,
    })
    .from(evaluations)
    .leftJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(eq(evaluations.id, evaluationId))
  if (!row) return undefined
  const { resume, ...found } = row
  return { ...found, usd: found.usdInAll - (resume?.used.usd ?? 0), tokens: found.tokensInAll - (resume?.used.tokens ?? 0) }
}

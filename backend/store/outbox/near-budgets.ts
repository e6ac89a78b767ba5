import { and, eq, inArray } from "drizzle-orm"
import { budgetNearEnd } from "../../../contract/notifications/notifications.ts"
import type { Db } from "../db.ts"
import { listChannelsForBudget } from "../notifications/rules.ts"
import { budgets } from "../schema.ts"
import { findAccountSpend } from "../usage/budgets.ts"
import { queueMessages } from "./messages.ts"

interface Spender {
  userId: string
  /** Empty for the user's own account, as daily usage has it. */
  teamId: string
}

/**
 * Tells those who want to know that a month's budget is near its end, in the transaction that spends of it: once for each budget, so that
 * one that was raised is told of again.
 */
export async function tellOfBudgets(tx: Db, spenders: readonly Spender[], now = new Date()): Promise<void> {
  const accounts = new Map(spenders.map(({ userId, teamId }) => [teamId || userId, { userId, teamId: teamId || null }]))
  if (accounts.size === 0) return
  const limited = await tx
    .select({ accountId: budgets.accountId })
    .from(budgets)
    .where(and(inArray(budgets.accountId, [...accounts.keys()]), eq(budgets.memberId, "")))
  const month = now.toISOString().slice(0, 7)
  for (const { accountId } of limited) {
    const account = accounts.get(accountId)
    const spend = account && (await findAccountSpend(tx, account, now))
    if (!spend || spend.monthlyUsd === null || spend.spentUsd < budgetNearEnd * spend.monthlyUsd) continue
    await queueMessages(
      tx,
      {
        cause: `budget:${accountId}:${month}:${spend.monthlyUsd}`,
        type: "budget.near_end",
        data: { team_id: account.teamId, month, monthly_usd: spend.monthlyUsd, spent_usd: spend.spentUsd },
      },
      await listChannelsForBudget(tx, account),
    )
  }
}

import { and, count, desc, eq, gt, isNull, sql } from "drizzle-orm"
import type { Db } from "./db.ts"
import type { EvaluationRecord, UsageRecord } from "./evaluations.ts"
import { evaluations, inferenceUsage, usageTotals } from "./schema/index.ts"

export type UsageEntry = typeof inferenceUsage.$inferInsert

/** Stores requests and adds them to the sums of their runs, in one transaction. */
export async function insertUsage(db: Db, entries: UsageEntry[]): Promise<void> {
  if (entries.length === 0) return
  await db.transaction(async (tx) => {
    await tx.insert(inferenceUsage).values(entries)
    const runs = new Map<string, typeof usageTotals.$inferInsert>()
    for (const entry of entries) {
      if (!entry.evaluationId) continue
      const sum = runs.get(entry.evaluationId) ?? {
        evaluationId: entry.evaluationId,
        requests: 0,
        failedRequests: 0,
        promptTokens: 0,
        cachedTokens: 0,
        reasoningTokens: 0,
        completionTokens: 0,
        costUsd: 0,
        unpricedRequests: 0,
      }
      sum.requests++
      if (entry.status >= 400 || entry.status === 0) sum.failedRequests++
      else if (entry.costUsd === null || entry.costUsd === undefined) sum.unpricedRequests++
      sum.promptTokens += entry.promptTokens
      sum.cachedTokens += entry.cachedTokens
      sum.reasoningTokens += entry.reasoningTokens
      sum.completionTokens += entry.completionTokens
      sum.costUsd += entry.costUsd ?? 0
      runs.set(entry.evaluationId, sum)
    }
    // Always in the same order, so that two workers never wait for each other's rows crosswise.
    for (const sum of [...runs.values()].sort((a, b) => (a.evaluationId < b.evaluationId ? -1 : 1))) {
      const plus = (column: string, value: number) => sql`${sql.raw(`usage_totals.${column}`)} + ${value}`
      const [exists] = await tx.select({ id: evaluations.id }).from(evaluations).where(sql`${evaluations.id} = ${sum.evaluationId}`)
      if (!exists) continue
      await tx
        .insert(usageTotals)
        .values(sum)
        .onConflictDoUpdate({
          target: usageTotals.evaluationId,
          set: {
            requests: plus("requests", sum.requests),
            failedRequests: plus("failed_requests", sum.failedRequests),
            promptTokens: plus("prompt_tokens", sum.promptTokens),
            cachedTokens: plus("cached_tokens", sum.cachedTokens),
            reasoningTokens: plus("reasoning_tokens", sum.reasoningTokens),
            completionTokens: plus("completion_tokens", sum.completionTokens),
            costUsd: plus("cost_usd", sum.costUsd),
            unpricedRequests: plus("unpriced_requests", sum.unpricedRequests),
          },
        })
    }
  })
}

/** Evaluations of a user or of a team that cost something, newest first. */
export async function listCosts(
  db: Db,
  owner: { userId: string; teamId: string | null },
  page: { offset: number; limit: number },
): Promise<{ rows: { evaluation: EvaluationRecord; usage: UsageRecord }[]; total: number }> {
  const where = and(
    owner.teamId ? eq(evaluations.teamId, owner.teamId) : and(eq(evaluations.userId, owner.userId), isNull(evaluations.teamId)),
    gt(usageTotals.costUsd, 0),
  )
  const rows = await db
    .select({ evaluation: evaluations, usage: usageTotals })
    .from(evaluations)
    .innerJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(where)
    .orderBy(desc(evaluations.createdAt), desc(evaluations.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db
    .select({ count: count() })
    .from(evaluations)
    .innerJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(where)
  return { rows, total: total?.count ?? 0 }
}

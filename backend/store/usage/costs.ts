import { and, count, desc, eq, gt, isNull, or, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { evaluationFields } from "../evaluations/evaluation.ts"
import { evaluations, usageTotals } from "../schema.ts"
import { sandboxSums } from "./sandbox-sums.ts"

/** Evaluations of a user or of a team that cost something, newest first. */
export async function listCosts(
  db: Db,
  owner: { userId: string; teamId: string | null },
  page: { offset: number; limit: number },
): Promise<{ rows: { evaluation: EvaluationRecord; costUsd: number }[]; total: number }> {
  const sandbox = sandboxSums(evaluations.id).usd
  const where = and(
    owner.teamId ? eq(evaluations.teamId, owner.teamId) : and(eq(evaluations.userId, owner.userId), isNull(evaluations.teamId)),
    or(gt(usageTotals.costUsd, 0), sql`${sandbox} > 0`),
  )
  const rows = await db
    .select({ evaluation: evaluationFields, costUsd: sql<number>`coalesce(${usageTotals.costUsd}, 0) + coalesce(${sandbox}, 0)` })
    .from(evaluations)
    .leftJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(where)
    .orderBy(desc(evaluations.createdAt), desc(evaluations.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db
    .select({ count: count() })
    .from(evaluations)
    .leftJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(where)
  return { rows, total: total?.count ?? 0 }
}

import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { sandboxTime } from "../schema.ts"
import { addToDays, dayOf } from "./daily-usage.ts"
import { noUsage } from "./usage-sums.ts"

/**
 * Counts the time of an attempt's process: the first call starts the clock, each further call counts up to now.
 * @param usdPerHour what the time costs; null when it is not charged
 */
export async function countSandboxTime(db: Db, run: EvaluationRecord, usdPerHour: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    const place = and(eq(sandboxTime.evaluationId, run.id), eq(sandboxTime.attempt, run.attempt))
    const [counted] = await tx
      .select({ ms: sql<number>`extract(epoch from (now() - ${sandboxTime.until}))::float8 * 1000`, usdPerHour: sandboxTime.usdPerHour })
      .from(sandboxTime)
      .where(place)
      .for("update")
    if (!counted) {
      await tx
        .insert(sandboxTime)
        .values({ evaluationId: run.id, attempt: run.attempt, since: sql`now()`, until: sql`now()`, usdPerHour })
        .onConflictDoNothing()
      return
    }
    await tx.update(sandboxTime).set({ until: sql`now()` }).where(place)
    await addToDays(tx, [
      {
        ...noUsage,
        day: dayOf(new Date()),
        userId: run.userId,
        teamId: run.teamId ?? "",
        environmentId: run.environmentId ?? "",
        provider: "",
        model: run.modelName ?? "",
        sandboxMs: Math.round(counted.ms),
        sandboxUsd: (counted.ms / 3_600_000) * (counted.usdPerHour ?? 0),
      },
    ])
  })
}

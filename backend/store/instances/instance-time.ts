import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { instances, sandboxes } from "../schema.ts"
import type { Account } from "../usage/budgets.ts"
import { addToDays, dayOf } from "../usage/daily-usage.ts"
import { noUsage } from "../usage/usage-sums.ts"

/** Counts the time of instances up to now, or to their end, and what it costs: usd_per_hour for each hour. */
export async function countInstanceTime(db: Db, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await db.transaction(async (tx) => {
    const until = sql`coalesce(${sandboxes.terminatedAt}, now())`
    const rows = await tx
      .select({
        id: instances.id,
        userId: instances.userId,
        teamId: instances.teamId,
        usdPerHour: instances.usdPerHour,
        ms: sql<number>`extract(epoch from ${until} - coalesce(${instances.countedUntil}, ${sandboxes.startedAt}))::float8 * 1000`,
      })
      .from(instances)
      .innerJoin(sandboxes, eq(sandboxes.id, instances.id))
      .where(inArray(instances.id, ids))
      // In one order from everywhere, so that two who count do not wait for each other.
      .orderBy(instances.id)
      .for("update", { of: instances })
    // Without a start there is no time; what is over was counted to its end.
    const counted = rows.filter(({ ms }) => ms !== null && ms > 0).map((row) => ({ ...row, usd: (row.ms / 3_600_000) * row.usdPerHour }))
    for (const { id, ms, usd } of counted)
      await tx
        .update(instances)
        .set({
          costUsd: sql`${instances.costUsd} + ${usd}`,
          countedUntil: sql`coalesce(${instances.countedUntil}, (select started_at from sandboxes where id = ${id})) + make_interval(secs => ${ms / 1000})`,
        })
        .where(eq(instances.id, id))
    const day = dayOf(new Date())
    await addToDays(
      tx,
      counted.map(({ userId, teamId, ms, usd }) => ({
        ...noUsage,
        day,
        userId,
        teamId: teamId ?? "",
        environmentId: "",
        provider: "",
        model: "",
        sandboxMs: Math.round(ms),
        sandboxUsd: usd,
      })),
    )
  })
}

/** Marks instances as ended, with all of their time counted. For those whose sandboxes have just ended, in the same transaction. */
export async function endInstances(db: Db, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await countInstanceTime(db, ids)
  await db
    .update(instances)
    .set({ endedAt: sql`now()` })
    .where(and(inArray(instances.id, ids), isNull(instances.endedAt)))
}

/** Running instances of a worker, and the accounts that pay for those that cost something. */
export async function listRunningInstances(db: Db, worker: string): Promise<{ id: string; paidBy: Account | null }[]> {
  const rows = await db
    .select({ id: instances.id, userId: instances.userId, teamId: instances.teamId, isPaid: gt(instances.usdPerHour, 0) })
    .from(sandboxes)
    .innerJoin(instances, eq(instances.id, sandboxes.id))
    .where(and(eq(sandboxes.worker, worker), eq(sandboxes.status, "RUNNING")))
  return rows.map(({ id, userId, teamId, isPaid }) => ({ id, paidBy: isPaid ? { userId, teamId } : null }))
}

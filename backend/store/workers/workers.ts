import { and, count, eq, gt, inArray, isNotNull, lt, or, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { isActive } from "../evaluations/run-leases.ts"
import { environmentActions, evaluations, workers } from "../schema.ts"
import { leaseEnd, leaseSeconds, type WorkerName } from "./leases.ts"

/**
 * Records a worker's heartbeat, with what it can do at once now, and renews the leases of the runs that it holds. A run of which it does not know, because the answer
 * to its claim was lost, is left to whoever claims it when its lease is over.
 * @returns the runs it still holds, and whether they were cancelled; a missing run now belongs to another worker
 */
export async function recordHeartbeat(
  db: Db,
  { owner, machine }: Pick<WorkerName, "owner" | "machine">,
  capacity: number,
  held: readonly string[],
): Promise<Map<string, { cancelled: boolean }>> {
  await db
    .insert(workers)
    .values({ name: owner, machine, capacity })
    .onConflictDoUpdate({ target: workers.name, set: { heartbeatAt: sql`now()`, capacity } })
  if (held.length === 0) return new Map()
  const rows = await db
    .update(evaluations)
    .set({ leaseUntil: leaseEnd })
    .where(and(isActive, eq(evaluations.leaseOwner, owner), inArray(evaluations.id, [...held])))
    .returning({ id: evaluations.id, cancelRequestedAt: evaluations.cancelRequestedAt })
  return new Map(rows.map((row) => [row.id, { cancelled: row.cancelRequestedAt !== null }]))
}

/** Removes a worker that is shutting down, along with those that disappeared more than a day ago. */
export async function removeWorker(db: Db, owner: string): Promise<void> {
  await db.delete(workers).where(or(eq(workers.name, owner), lt(workers.heartbeatAt, sql`now() - interval '1 day'`)))
}

/** The number of live workers, and how many runs they can do at once. */
export async function countWorkers(db: Db): Promise<{ workers: number; capacity: number }> {
  const [row] = await db
    .select({ workers: count(), capacity: sql<number>`coalesce(sum(${workers.capacity}), 0)::int` })
    .from(workers)
    .where(gt(workers.heartbeatAt, sql`now() - make_interval(secs => ${leaseSeconds})`))
  return row ?? { workers: 0, capacity: 0 }
}

/** Releases what dead workers held. Their runs stay reserved for workers that can continue them until the lease expires. */
export async function releaseDeadLeases(db: Db, isDead: (owner: string) => boolean): Promise<void> {
  // Of those at work alone, which an index has: this is asked every few seconds, and most runs and checks have ended.
  const areChecked = inArray(environmentActions.status, ["PENDING", "RUNNING"])
  for (const [table, areHeld, freed] of [
    [evaluations, isActive, { leaseOwner: null }],
    [environmentActions, areChecked, { leaseOwner: null, leaseUntil: null }],
  ] as const) {
    const owners = await db
      .selectDistinct({ owner: table.leaseOwner })
      .from(table)
      .where(and(areHeld, isNotNull(table.leaseOwner)))
    const dead = owners.map((row) => row.owner).filter((owner): owner is string => owner !== null && isDead(owner))
    if (dead.length > 0)
      await db
        .update(table)
        .set(freed)
        .where(and(areHeld, inArray(table.leaseOwner, dead)))
  }
  const known = await db.select({ name: workers.name }).from(workers)
  const gone = known.map((row) => row.name).filter(isDead)
  if (gone.length > 0) await db.delete(workers).where(inArray(workers.name, gone))
}

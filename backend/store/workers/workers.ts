import { and, count, eq, gt, inArray, isNotNull, lt, or, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { atWork } from "../evaluations/run-leases.ts"
import { environmentActions, evaluations, workers } from "../schema.ts"
import { leaseEnd, leaseSeconds, type WorkerName } from "./leases.ts"

/**
 * Says that a worker lives and still has what it holds, all of it in one statement.
 * @returns the runs that it holds, and whether somebody asked to stop them; a run that is missing is another worker's now
 */
export async function recordHeartbeat(
  db: Db,
  { owner, machine }: Pick<WorkerName, "owner" | "machine">,
  capacity: number,
): Promise<Map<string, { cancelled: boolean }>> {
  await db
    .insert(workers)
    .values({ name: owner, machine, capacity })
    .onConflictDoUpdate({ target: workers.name, set: { heartbeatAt: sql`now()` } })
  const rows = await db
    .update(evaluations)
    .set({ leaseUntil: leaseEnd })
    .where(and(atWork, eq(evaluations.leaseOwner, owner)))
    .returning({ id: evaluations.id, cancelRequestedAt: evaluations.cancelRequestedAt })
  return new Map(rows.map((row) => [row.id, { cancelled: row.cancelRequestedAt !== null }]))
}

/** A worker goes away: it is no longer counted on. Those that went without a word are forgotten as well. */
export async function removeWorker(db: Db, owner: string): Promise<void> {
  await db.delete(workers).where(or(eq(workers.name, owner), lt(workers.heartbeatAt, sql`now() - interval '1 day'`)))
}

/** The workers that live, and how many runs all of them can do at once. */
export async function countWorkers(db: Db): Promise<{ workers: number; capacity: number }> {
  const [row] = await db
    .select({ workers: count(), capacity: sql<number>`coalesce(sum(${workers.capacity}), 0)::int` })
    .from(workers)
    .where(gt(workers.heartbeatAt, sql`now() - make_interval(secs => ${leaseSeconds})`))
  return row ?? { workers: 0, capacity: 0 }
}

/** Frees what workers hold that are known to be dead. Their runs stay reserved for who can go on with them until the lease is over. */
export async function releaseDeadLeases(db: Db, isDead: (owner: string) => boolean): Promise<void> {
  for (const [table, freed] of [
    [evaluations, { leaseOwner: null }],
    [environmentActions, { leaseOwner: null, leaseUntil: null }],
  ] as const) {
    const owners = await db.selectDistinct({ owner: table.leaseOwner }).from(table).where(isNotNull(table.leaseOwner))
    const dead = owners.map((row) => row.owner).filter((owner): owner is string => owner !== null && isDead(owner))
    if (dead.length > 0) await db.update(table).set(freed).where(inArray(table.leaseOwner, dead))
  }
  const known = await db.select({ name: workers.name }).from(workers)
  const gone = known.map((row) => row.name).filter(isDead)
  if (gone.length > 0) await db.delete(workers).where(inArray(workers.name, gone))
}

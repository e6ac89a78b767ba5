import { and, eq, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm"
import type { Db } from "./db.ts"
import type { ActionRecord } from "./environments.ts"
import type { EvaluationRecord } from "./evaluations.ts"
import { environmentActions, evaluations } from "./schema/index.ts"

/** How long a worker owns what it claimed without saying that it lives. */
export const leaseSeconds = 30
/** How often it says so. */
export const beatSeconds = 10

const until = sql`now() + make_interval(secs => ${leaseSeconds})`

/**
 * Takes one run for a worker: a waiting one, or one whose worker is gone. Claims are serial (advisory lock), so that
 * limits are exact; they are rare, so that costs nothing.
 */
export async function claimEvaluation(db: Db, owner: string): Promise<EvaluationRecord | undefined> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('claim:evaluation'))`)
    // Whoever has the fewest runs at work goes first, then who waited longest.
    const [next] = await tx
      .select({ id: evaluations.id })
      .from(evaluations)
      .where(
        and(
          eq(evaluations.isHosted, true),
          inArray(evaluations.status, ["PENDING", "RUNNING", "PROCESSING"]),
          or(isNull(evaluations.leaseUntil), lt(evaluations.leaseUntil, sql`now()`)),
        ),
      )
      .orderBy(
        sql`(select count(*) from evaluations busy where busy.user_id = ${evaluations.userId} and busy.status in ('RUNNING', 'PROCESSING') and busy.lease_until > now())`,
        evaluations.createdAt,
      )
      .limit(1)
    if (!next) return undefined
    const [claimed] = await tx
      .update(evaluations)
      .set({ leaseOwner: owner, leaseUntil: until })
      .where(eq(evaluations.id, next.id))
      .returning()
    return claimed
  })
}

/**
 * Says that the worker lives.
 * @returns whether somebody asked to stop the run; undefined when the run is no longer this worker's: let go of it at once
 */
export async function renewEvaluationLease(db: Db, id: string, owner: string): Promise<{ cancelled: boolean } | undefined> {
  const rows = await db
    .update(evaluations)
    .set({ leaseUntil: until })
    .where(and(eq(evaluations.id, id), eq(evaluations.leaseOwner, owner)))
    .returning({ cancelRequestedAt: evaluations.cancelRequestedAt })
  return rows[0] && { cancelled: rows[0].cancelRequestedAt !== null }
}

/** Gives a run back, so that another worker (or the next start of this one) goes on with it at once. */
export async function releaseEvaluationLease(db: Db, id: string, owner: string): Promise<void> {
  await db
    .update(evaluations)
    .set({ leaseOwner: null, leaseUntil: null })
    .where(and(eq(evaluations.id, id), eq(evaluations.leaseOwner, owner)))
}

export async function claimAction(db: Db, owner: string): Promise<ActionRecord | undefined> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('claim:action'))`)
    const [next] = await tx
      .select({ id: environmentActions.id })
      .from(environmentActions)
      .where(
        and(
          inArray(environmentActions.status, ["PENDING", "RUNNING"]),
          or(isNull(environmentActions.leaseUntil), lt(environmentActions.leaseUntil, sql`now()`)),
        ),
      )
      .orderBy(environmentActions.createdAt)
      .limit(1)
    if (!next) return undefined
    const [claimed] = await tx
      .update(environmentActions)
      .set({
        status: "RUNNING",
        leaseOwner: owner,
        leaseUntil: until,
        startedAt: sql`now()`,
        attempt: sql`${environmentActions.attempt} + 1`,
      })
      .where(eq(environmentActions.id, next.id))
      .returning()
    return claimed
  })
}

export async function renewActionLease(db: Db, id: string, owner: string): Promise<boolean> {
  const rows = await db
    .update(environmentActions)
    .set({ leaseUntil: until })
    .where(and(eq(environmentActions.id, id), eq(environmentActions.leaseOwner, owner)))
    .returning({ id: environmentActions.id })
  return rows.length === 1
}

export async function updateAction(db: Db, id: string, values: Partial<typeof environmentActions.$inferInsert>): Promise<void> {
  await db.update(environmentActions).set(values).where(eq(environmentActions.id, id))
}

/** Frees what workers hold that are known to be dead. */
export async function releaseDeadLeases(db: Db, self: string, isDead: (owner: string, self: string) => boolean): Promise<void> {
  for (const table of [evaluations, environmentActions]) {
    const owners = await db.selectDistinct({ owner: table.leaseOwner }).from(table).where(isNotNull(table.leaseOwner))
    const dead = owners.map((row) => row.owner).filter((owner): owner is string => owner !== null && isDead(owner, self))
    if (dead.length > 0) await db.update(table).set({ leaseOwner: null, leaseUntil: null }).where(inArray(table.leaseOwner, dead))
  }
}

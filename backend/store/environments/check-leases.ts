import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { environmentActions } from "../schema.ts"
import { leaseEnd } from "../workers/leases.ts"
import type { CheckChanges, CheckRecord } from "./check.ts"
import { checkFields } from "./check.ts"

export async function claimCheck(db: Db, owner: string): Promise<CheckRecord | undefined> {
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
        leaseUntil: leaseEnd,
        startedAt: sql`now()`,
        attempt: sql`${environmentActions.attempt} + 1`,
      })
      .where(eq(environmentActions.id, next.id))
      .returning(checkFields)
    return claimed
  })
}

export async function renewCheckLease(db: Db, id: string, owner: string): Promise<boolean> {
  const rows = await db
    .update(environmentActions)
    .set({ leaseUntil: leaseEnd })
    .where(and(eq(environmentActions.id, id), eq(environmentActions.leaseOwner, owner)))
    .returning({ id: environmentActions.id })
  return rows.length === 1
}

/**
 * Writes what a check found, in one transaction that holds its row.
 * @param owner the worker that claimed this attempt of the check
 * @param also what else is written with it
 * @returns false, with nothing written, when the check is another worker's by now or was deleted
 */
export async function writeCheck(
  db: Db,
  { id, attempt }: Pick<CheckRecord, "id" | "attempt">,
  owner: string,
  values: CheckChanges,
  also: (tx: Db) => Promise<void> = async () => {},
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const own = and(eq(environmentActions.id, id), eq(environmentActions.attempt, attempt), eq(environmentActions.leaseOwner, owner))
    const [held] = await tx.select({ id: environmentActions.id }).from(environmentActions).where(own).for("update")
    if (!held) return false
    await also(tx)
    if (Object.keys(values).length > 0)
      await tx
        .update(environmentActions)
        .set(toRow(environmentActions, checkFields, values))
        .where(eq(environmentActions.id, id))
    return true
  })
}

import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { environmentActions } from "../schema.ts"
import { leaseEnd } from "../workers/leases.ts"
import type { CheckRecord } from "./check.ts"
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

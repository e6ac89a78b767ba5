import { and, asc, eq, exists, inArray, ne, not, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { sandboxCheckpoints, sandboxes } from "../schema.ts"

/**
 * Marks a checkpoint as one that is to go, so that nobody restores it any longer; its bytes are deleted next, and then its row.
 * @returns whether it is: not while it is taken, or a sandbox waits for it
 */
export async function doomCheckpoint(db: Db, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    // First: whoever holds it has stored a sandbox by then.
    await tx.select({ id: sandboxCheckpoints.id }).from(sandboxCheckpoints).where(eq(sandboxCheckpoints.id, id)).for("update")
    const restoring = tx
      .select({ one: sql`1` })
      .from(sandboxes)
      .where(and(eq(sandboxes.checkpointId, id), inArray(sandboxes.status, ["PENDING", "PROVISIONING"])))
    const doomed = await tx
      .update(sandboxCheckpoints)
      .set({ state: "DELETING", updatedAt: sql`now()` })
      .where(and(eq(sandboxCheckpoints.id, id), ne(sandboxCheckpoints.state, "PENDING"), not(exists(restoring))))
      .returning({ id: sandboxCheckpoints.id })
    return doomed.length > 0
  })
}

/** Marks those that a run took, whatever their state. */
export async function doomRunCheckpoints(db: Db, evaluationId: string): Promise<void> {
  await db
    .update(sandboxCheckpoints)
    .set({ state: "DELETING", updatedAt: sql`now()` })
    .where(eq(sandboxCheckpoints.evaluationId, evaluationId))
}

/** Those whose bytes are to be deleted, some at a time. */
export async function listDoomedCheckpoints(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: sandboxCheckpoints.id })
    .from(sandboxCheckpoints)
    .where(eq(sandboxCheckpoints.state, "DELETING"))
    .orderBy(asc(sandboxCheckpoints.updatedAt))
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** Forgets a checkpoint whose bytes are gone. */
export async function deleteCheckpointRow(db: Db, id: string): Promise<void> {
  await db.delete(sandboxCheckpoints).where(and(eq(sandboxCheckpoints.id, id), eq(sandboxCheckpoints.state, "DELETING")))
}

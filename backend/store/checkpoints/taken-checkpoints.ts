import { and, asc, eq, exists, inArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { sandboxCheckpoints, sandboxes } from "../schema.ts"
import { type CheckpointRecord, checkpointFields } from "./checkpoint.ts"
import { lockOwner, usageOf } from "./owner-usage.ts"

/** Checkpoints that are to be taken of a worker's sandboxes, the oldest first. */
export async function listPendingCheckpoints(db: Db, worker: string): Promise<CheckpointRecord[]> {
  return db
    .select(checkpointFields)
    .from(sandboxCheckpoints)
    .innerJoin(sandboxes, eq(sandboxes.id, sandboxCheckpoints.sandboxId))
    .where(and(eq(sandboxCheckpoints.state, "PENDING"), eq(sandboxes.worker, worker)))
    .orderBy(asc(sandboxCheckpoints.createdAt))
}

export interface Taken {
  /** Who took it: another worker may have the sandbox by now. */
  worker: string
  storedBytes: number
  occupiedBytes: number
  /** What all archives of its owner may have together. */
  bytesMax: number
}

/** Records that the archive of a checkpoint is stored. @returns "gone" when nobody waits for it any longer, and "bytes" when it is too much */
export async function recordTaken(db: Db, checkpoint: CheckpointRecord, taken: Taken): Promise<"stored" | "gone" | "bytes"> {
  return db.transaction(async (tx) => {
    await lockOwner(tx, checkpoint)
    const { bytes } = await usageOf(tx, checkpoint)
    if (bytes + taken.storedBytes > taken.bytesMax) return "bytes"
    const isKept = tx
      .select({ one: sql`1` })
      .from(sandboxes)
      .where(and(eq(sandboxes.id, sandboxCheckpoints.sandboxId), eq(sandboxes.worker, taken.worker)))
    const stored = await tx
      .update(sandboxCheckpoints)
      .set({ state: "DURABLE", storedBytes: taken.storedBytes, occupiedBytes: taken.occupiedBytes, updatedAt: sql`now()` })
      .where(and(eq(sandboxCheckpoints.id, checkpoint.id), eq(sandboxCheckpoints.state, "PENDING"), exists(isKept)))
      .returning({ id: sandboxCheckpoints.id })
    return stored.length > 0 ? "stored" : "gone"
  })
}

/** Gives up a checkpoint that is still to be taken. */
export async function failCheckpoint(db: Db, id: string, error: string): Promise<void> {
  await db
    .update(sandboxCheckpoints)
    .set({ state: "FAILED", error, updatedAt: sql`now()` })
    .where(and(eq(sandboxCheckpoints.id, id), eq(sandboxCheckpoints.state, "PENDING")))
}

/** Gives up those of sandboxes that have ended. */
export async function failCheckpointsOf(db: Db, sandboxIds: string[], error: string): Promise<void> {
  if (sandboxIds.length === 0) return
  await db
    .update(sandboxCheckpoints)
    .set({ state: "FAILED", error, updatedAt: sql`now()` })
    .where(and(inArray(sandboxCheckpoints.sandboxId, sandboxIds), eq(sandboxCheckpoints.state, "PENDING")))
}

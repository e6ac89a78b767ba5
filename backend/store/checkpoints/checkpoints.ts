import { and, asc, eq, inArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { sandboxCheckpoints, sandboxes } from "../schema.ts"
import { signal } from "../signals.ts"
import { type CheckpointRecord, checkpointFields, type NewCheckpoint } from "./checkpoint.ts"
import { lockOwner, usageOf } from "./owner-usage.ts"

/** Why a checkpoint is not taken: another of its sandbox is, or its owner has as many, or as many bytes, as one may have. */
export type CheckpointRefusal = "pending" | "count" | "bytes" | "ended"

/** Stores a checkpoint to be taken, and wakes the sandbox's worker. @returns why not, when its limits or its sandbox do not allow it */
export async function insertCheckpoint(
  db: Db,
  values: NewCheckpoint,
  max: { count: number; bytes: number },
): Promise<CheckpointRecord | CheckpointRefusal> {
  return db.transaction(async (tx) => {
    await lockOwner(tx, values)
    // Against its end, which would not see what is inserted beside it.
    const [sandbox] = await tx.select({ status: sandboxes.status }).from(sandboxes).where(eq(sandboxes.id, values.sandboxId)).for("share")
    if (sandbox?.status !== "RUNNING") return "ended"
    const [pending] = await tx
      .select({ id: sandboxCheckpoints.id })
      .from(sandboxCheckpoints)
      .where(and(eq(sandboxCheckpoints.sandboxId, values.sandboxId), eq(sandboxCheckpoints.state, "PENDING")))
      .limit(1)
    if (pending) return "pending"
    const { count, bytes } = await usageOf(tx, values)
    if (count >= max.count) return "count"
    if (bytes >= max.bytes) return "bytes"
    const [row] = await tx
      .insert(sandboxCheckpoints)
      .values(toRow(sandboxCheckpoints, checkpointFields, values))
      .returning(checkpointFields)
    await signal(tx, "sandbox", values.sandboxId)
    return row as CheckpointRecord
  })
}

export async function findCheckpoint(db: Db, id: string): Promise<CheckpointRecord | undefined> {
  return (await db.select(checkpointFields).from(sandboxCheckpoints).where(eq(sandboxCheckpoints.id, id)))[0]
}

/** Those of a sandbox, or of some ids; the oldest first. An owner's limit bounds how many there can be. */
export async function listCheckpoints(db: Db, filter: { sandboxId: string } | { ids: string[] }): Promise<CheckpointRecord[]> {
  return db
    .select(checkpointFields)
    .from(sandboxCheckpoints)
    .where("ids" in filter ? inArray(sandboxCheckpoints.id, filter.ids) : eq(sandboxCheckpoints.sandboxId, filter.sandboxId))
    .orderBy(asc(sandboxCheckpoints.createdAt), asc(sandboxCheckpoints.id))
}

/** Keeps a checkpoint from being deleted until the transaction ends. @returns whether it can be restored */
export async function holdCheckpoint(tx: Db, id: string): Promise<boolean> {
  const found = await tx
    .select({ one: sql`1` })
    .from(sandboxCheckpoints)
    .where(and(eq(sandboxCheckpoints.id, id), eq(sandboxCheckpoints.state, "DURABLE")))
    .for("share")
  return found.length > 0
}

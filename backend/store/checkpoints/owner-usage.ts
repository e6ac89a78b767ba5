import { sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { sandboxCheckpoints } from "../schema.ts"
import { type CheckpointOwner, ofOwner } from "./checkpoint.ts"

/** Waits for whoever else counts what an owner has, until the transaction ends. */
export async function lockOwner(tx: Db, { userId, teamId }: CheckpointOwner): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('checkpoints'), hashtext(${teamId ?? userId}))`)
}

/** How many checkpoints an owner has, and the bytes of their archives. */
export async function usageOf(db: Db, owner: CheckpointOwner): Promise<{ count: number; bytes: number }> {
  const [used] = await db
    .select({ count: sql<number>`count(*)::int`, bytes: sql<number>`coalesce(sum(stored_bytes), 0)::float8` })
    .from(sandboxCheckpoints)
    .where(ofOwner(owner))
  return used ?? { count: 0, bytes: 0 }
}

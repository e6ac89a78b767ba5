import { eq } from "drizzle-orm"
import type { Db } from "../db.ts"
import { runSecrets } from "../schema.ts"

export async function insertRunSecrets(db: Db, evaluationId: string, sealed: Buffer): Promise<void> {
  await db.insert(runSecrets).values({ evaluationId, sealed })
}

/** What a run keeps secret, still encrypted: what came with the launch, and what the running attempt was given. */
export async function findRunSecrets(
  db: Db,
  evaluationId: string,
): Promise<{ sealed: Buffer | null; sealedAttempt: Buffer | null } | undefined> {
  const [row] = await db
    .select({ sealed: runSecrets.sealed, sealedAttempt: runSecrets.sealedAttempt })
    .from(runSecrets)
    .where(eq(runSecrets.evaluationId, evaluationId))
  return row
}

/** Keeps what the attempt that is about to start was given. */
export async function saveAttemptSecrets(db: Db, evaluationId: string, sealedAttempt: Buffer): Promise<void> {
  await db
    .insert(runSecrets)
    .values({ evaluationId, sealedAttempt })
    .onConflictDoUpdate({ target: runSecrets.evaluationId, set: { sealedAttempt } })
}

export async function deleteRunSecrets(db: Db, evaluationId: string): Promise<void> {
  await db.delete(runSecrets).where(eq(runSecrets.evaluationId, evaluationId))
}

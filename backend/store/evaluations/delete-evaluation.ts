import { and, eq, gt, lte, max } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations, samples } from "../schema.ts"

/** Some seconds' work on a slow disk: what belongs to a sample is deleted row by row. */
const samplesAtOnce = 20_000

/**
 * Deletes a run with all that belongs to it, in the caller's transaction. Its samples go first, so many at a time: one statement for a million of them
 * would take longer than a statement may, and so would every further try.
 */
export async function deleteEvaluation(tx: Db, id: string): Promise<void> {
  const ofRun = eq(samples.evaluationId, id)
  const [last] = await tx
    .select({ seq: max(samples.seq) })
    .from(samples)
    .where(ofRun)
  for (let from = 0; from < (last?.seq ?? 0); from += samplesAtOnce)
    await tx.delete(samples).where(and(ofRun, gt(samples.seq, from), lte(samples.seq, from + samplesAtOnce)))
  await tx.delete(evaluations).where(eq(evaluations.id, id))
}

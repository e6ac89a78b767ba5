import { and, eq, gt, lte, max, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations, sampleBodies, sampleMetrics, samples } from "../schema.ts"

/** Some seconds' work on a slow disk: what belongs to a sample is deleted row by row. */
const samplesAtOnce = 20_000

/**
 * Deletes a run, whose row the caller has locked so that no more comes in, with all that belongs to it, in the caller's transaction. Its samples go first,
 * so many at a time: one statement for a million of them would take longer than a statement may, and so would every further try.
 */
export async function deleteEvaluation(tx: Db, id: string): Promise<void> {
  const ofRun = eq(samples.evaluationId, id)
  const [last] = await tx
    .select({ seq: max(samples.seq) })
    .from(samples)
    .where(ofRun)
  for (let from = 0; from < (last?.seq ?? 0); from += samplesAtOnce) {
    const some = and(ofRun, gt(samples.seq, from), lte(samples.seq, from + samplesAtOnce))
    // As an array their ids are looked up along the index, whatever Postgres believes how many they are.
    const ids = tx.select({ id: samples.id }).from(samples).where(some)
    await tx.delete(sampleBodies).where(sql`${sampleBodies.sampleId} = any(array(${ids}))`)
    await tx.delete(samples).where(some)
  }
  await tx.delete(sampleMetrics).where(eq(sampleMetrics.evaluationId, id))
  await tx.delete(evaluations).where(eq(evaluations.id, id))
}

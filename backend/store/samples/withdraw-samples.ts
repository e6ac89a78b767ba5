import { and, eq, inArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { updateEvaluation } from "../evaluations/evaluations.ts"
import { sampleMetrics, samples } from "../schema.ts"
import { current } from "./sample.ts"
import { deleteSampleTexts } from "./sample-texts.ts"
import { sumSamples } from "./samples.ts"

/**
 * Takes samples out of lists, counts and statistics of a run whose row the caller has locked, with what they say of their messages.
 * Their places stay taken.
 */
export async function withdrawSamples(tx: Db, row: EvaluationRecord, sampleIds: string[]): Promise<EvaluationRecord> {
  const withdrawn = await tx
    .update(samples)
    .set({ superseded: true, redo: false, promptPreview: "", completionPreview: "", error: null, problems: null })
    .where(and(eq(samples.evaluationId, row.id), current, inArray(samples.id, sampleIds)))
    .returning({ seq: samples.seq })
  const seqs = sql.param(withdrawn.map(({ seq }) => seq))
  await tx.delete(sampleMetrics).where(and(eq(sampleMetrics.evaluationId, row.id), sql`${sampleMetrics.seq} = any(${seqs}::int[])`))
  await deleteSampleTexts(tx, sampleIds)
  const changes = { ...(await sumSamples(tx, row.id)), samplesSuperseded: row.samplesSuperseded + withdrawn.length }
  return (await updateEvaluation(tx, row.id, changes)) as EvaluationRecord
}

import { and, eq, gte, inArray, isNull, or, type SQL, sql } from "drizzle-orm"
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
export const withdrawSamples = (tx: Db, row: EvaluationRecord, sampleIds: string[]): Promise<EvaluationRecord> =>
  leaveOut(tx, row, inArray(samples.id, sampleIds), { promptPreview: "", completionPreview: "", error: null, problems: null })

/**
 * Leaves out the samples of a run beyond the first examples of its random order, so that what is left is a sample by chance: of those that were under way
 * side by side, the quick ones are done first.
 */
export const leaveOutBeyond = (tx: Db, row: EvaluationRecord, examples: number): Promise<EvaluationRecord> =>
  leaveOut(tx, row, or(isNull(samples.drawPlace), gte(samples.drawPlace, examples)))

async function leaveOut(
  tx: Db,
  row: EvaluationRecord,
  which: SQL | undefined,
  more: Partial<typeof samples.$inferInsert> = {},
): Promise<EvaluationRecord> {
  const left = await tx
    .update(samples)
    .set({ superseded: true, redo: false, ...more })
    .where(and(eq(samples.evaluationId, row.id), current, which))
    .returning({ id: samples.id, seq: samples.seq })
  const seqs = sql.param(left.map(({ seq }) => seq))
  await tx.delete(sampleMetrics).where(and(eq(sampleMetrics.evaluationId, row.id), sql`${sampleMetrics.seq} = any(${seqs}::int[])`))
  const ids = left.map(({ id }) => id)
  await deleteSampleTexts(tx, ids)
  const changes = { ...(await sumSamples(tx, row.id)), samplesSuperseded: row.samplesSuperseded + left.length }
  return (await updateEvaluation(tx, row.id, changes)) as EvaluationRecord
}

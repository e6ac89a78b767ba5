import type { Db } from "../../store/db.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import type { NewSample } from "../../store/samples/sample.ts"
import { type Found, foundAfter } from "../../store/samples/sample-batches.ts"
import type { Context } from "../context.ts"

/**
 * Counts in the metadata of a run, whose row the caller has locked, which values of its new samples could not be kept.
 * @param nonFinite of them, numbers of the batch that were none
 */
export async function countLostValues(tx: Db, row: EvaluationRecord, samples: NewSample[], nonFinite: number): Promise<EvaluationRecord> {
  const count = samples.reduce((sum, { lostValues = 0 }) => sum + lostValues, nonFinite)
  const first = samples.find(({ lostValues }) => lostValues)
  return addLost(tx, row, { count, first: first ? `example ${first.exampleId}, rollout ${first.rolloutIndex + 1}` : null })
}

/** Counts those that a run's own metrics or metadata had. */
export async function noteLostValues({ db }: Context, id: string, count: number): Promise<void> {
  if (count === 0) return
  await db.transaction(async (tx) => {
    const row = await lockEvaluation(tx, id)
    if (row) await addLost(tx, row, { count, first: null })
  })
}

async function addLost(tx: Db, row: EvaluationRecord, lost: Found): Promise<EvaluationRecord> {
  if (lost.count === 0) return row
  const metadata = { ...row.metadata, lost_values: foundAfter(row.metadata.lost_values, lost) }
  return (await updateEvaluation(tx, row.id, { metadata })) as EvaluationRecord
}

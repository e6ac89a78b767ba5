import { alignExamples, comparePair, type JsonObject, rewardRangeIn } from "../../contract/index.ts"
import type { Db } from "../store/db.ts"
import type { EvaluationRecord } from "../store/evaluations/evaluation.ts"
import { findEvaluationRow } from "../store/evaluations/evaluations.ts"
import { readExamples } from "../store/samples/compared-examples.ts"

const examplesOf = async (db: Db, run: EvaluationRecord) => ({
  ...(await readExamples(db, run.id)),
  declared: rewardRangeIn(run.metadata),
})

/**
 * Compares a run with its baseline as the comparison page does by itself: errors count as 0.
 * @returns what the message says more than before; null where the run is not clearly worse, or one of both is gone
 */
export async function judgeRegression(db: Db, runId: string, baselineId: string): Promise<JsonObject | null> {
  const [run, baseline] = await Promise.all([findEvaluationRow(db, runId), findEvaluationRow(db, baselineId)])
  if (!run || !baseline) return null
  const aligned = alignExamples(await Promise.all([examplesOf(db, baseline), examplesOf(db, run)]), "zero")
  const { verdict, difference, interval95, examples, regressed, improved } = comparePair(aligned, 0, 1)
  return verdict === "worse" ? { verdict, difference, interval95, examples, regressed, improved } : null
}

import { alignExamples, comparePair, type JsonObject } from "../../contract/index.ts"
import type { Db } from "../store/db.ts"
import { findEvaluationRow } from "../store/evaluations/evaluations.ts"
import { readComparedExamples } from "../store/samples/compared-examples.ts"

/**
 * Compares a run with its baseline as the comparison page does by itself: errors count as 0.
 * @returns what the message says more than before; null where the run is not clearly worse, or one of both is gone
 */
export async function judgeRegression(db: Db, runId: string, baselineId: string): Promise<JsonObject | null> {
  const [run, baseline] = await Promise.all([findEvaluationRow(db, runId), findEvaluationRow(db, baselineId)])
  if (!run || !baseline) return null
  const aligned = alignExamples(await Promise.all([readComparedExamples(db, baseline), readComparedExamples(db, run)]), "zero")
  const { verdict, difference, interval95, examples, regressed, improved } = comparePair(aligned, 0, 1)
  return verdict === "worse" ? { verdict, difference, interval95, examples, regressed, improved } : null
}

import type { Evaluation, RunStatistics } from "../../../../contract/index.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import type { Context } from "../../context.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import { statisticsOf } from "../run-statistics.ts"
import { toEvaluation } from "../to-evaluation.ts"

/** A run as the API shows it, with its row and what is known of its rewards. */
export interface RunResult {
  run: Evaluation
  row: EvaluationRecord
  statistics: RunStatistics
}

/** The result of a run. @throws ServiceError for a run the caller may not see */
export async function readResult(ctx: Context, id: string): Promise<RunResult> {
  const found = await requireEvaluation(ctx, id)
  const row = found.evaluation
  return { run: toEvaluation(found, ctx.config.publicUrl), row, statistics: await statisticsOf(ctx, row) }
}

/** A file that is made at once. */
export async function* wholeText(text: string): AsyncGenerator<string> {
  yield text
}

const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

/** JSON with escapes for what others take for the end of a line, as Python's `splitlines` does, or do not allow, as YAML 1.1 does not. */
export const printable = (json: string): string =>
  json.replace(unprintable, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`)

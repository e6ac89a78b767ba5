import { isTerminal, type RunFindings } from "../../../contract/index.ts"
import { demandFindings, findAmong, findFindings } from "../../store/findings/run-findings.ts"
import type { Context } from "../context.ts"
import { keepByRun } from "../evaluations/keep-by-run.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"

/** So many samples are read while somebody waits. */
const firstSamples = 2000
const runsKept = 30

const firstFindings = keepByRun((ctx, row) => findAmong(ctx.db, row, firstSamples), runsKept)

/**
 * What stands out in a run: groups of similar failures, and suspicious rewards. What a worker found in all samples of a run that has ended; until then,
 * and while it is under way, what the first of them show.
 */
export async function runFindings(ctx: Context, evaluationId: string): Promise<RunFindings> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const ended = isTerminal(evaluation.status)
  const kept = ended ? await findFindings(ctx.db, evaluation) : undefined
  if (kept) return kept
  if (ended) await demandFindings(ctx.db, evaluationId)
  return firstFindings(ctx, evaluation)
}

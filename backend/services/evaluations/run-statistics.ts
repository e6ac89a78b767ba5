import { isTerminal, type RunStatistics } from "../../../contract/index.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { readStatistics, statisticsBasis } from "../../store/evaluations/run-statistics.ts"
import type { Context } from "../context.ts"

interface Known {
  basis: string
  at: number
  tookMs: number
  statistics: Promise<RunStatistics>
}

const runsKept = 30
/** Statistics of an active run may lag behind its newest samples by this multiple of the time they took to compute. */
const patience = 10
const known = new Map<string, Known>()

/**
 * The statistics of a run's samples. They read every sample, so they are cached: in the database for a run that has ended, in this
 * process for an active one, so that many viewers of a large run cost as much as one.
 */
export async function statisticsOf(ctx: Context, row: EvaluationRecord): Promise<RunStatistics> {
  const basis = statisticsBasis(row)
  const before = known.get(row.id)
  if (before && (before.basis === basis || (!isTerminal(row.status) && Date.now() - before.at < patience * before.tookMs)))
    return before.statistics
  const begin = Date.now()
  const entry: Known = { basis, at: begin, tookMs: 0, statistics: readStatistics(ctx.db, row) }
  known.delete(row.id)
  known.set(row.id, entry)
  const [oldest] = known.keys()
  if (known.size > runsKept && oldest !== undefined) known.delete(oldest)
  try {
    return await entry.statistics
  } catch (error) {
    known.delete(row.id)
    throw error
  } finally {
    entry.at = Date.now()
    entry.tookMs = entry.at - begin
  }
}

import { isTerminal, type RunStatistics, statisticsOfScores } from "../../../contract/index.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findStatistics, saveStatistics } from "../../store/evaluations/run-statistics.ts"
import { listScores } from "../../store/samples/scores.ts"
import type { Context } from "../context.ts"

interface Known {
  basis: string
  at: number
  tookMs: number
  statistics: Promise<RunStatistics>
}

const runsKept = 30
/** Grows when statistics get a field: those kept in the database without it are computed again. */
const shape = 3
/** Statistics of an active run may lag behind its newest samples by this multiple of the time they took to compute. */
const patience = 10
const known = new Map<string, Known>()

/**
 * The statistics of a run's samples. They read every sample, so they are cached: in the database for a run that has ended, in this
 * process for an active one, so that many viewers of a large run cost as much as one.
 */
export async function statisticsOf(ctx: Context, row: EvaluationRecord): Promise<RunStatistics> {
  const { rollouts_per_example: given } = { ...row.metadata, ...row.evalConfig } as { rollouts_per_example?: unknown }
  const rollouts = typeof given === "number" ? given : 1
  const basis = `${shape}:${row.samplesDone}+${row.samplesSuperseded}×${rollouts}`
  const before = known.get(row.id)
  if (before && (before.basis === basis || (!isTerminal(row.status) && Date.now() - before.at < patience * before.tookMs)))
    return before.statistics
  const begin = Date.now()
  const entry: Known = { basis, at: begin, tookMs: 0, statistics: read(ctx, row, basis, rollouts) }
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

async function read(ctx: Context, row: EvaluationRecord, basis: string, rollouts: number): Promise<RunStatistics> {
  const ended = isTerminal(row.status)
  const kept = ended ? await findStatistics(ctx.db, row.id, basis) : undefined
  if (kept) return kept
  const statistics = statisticsOfScores(row.id, await listScores(ctx.db, row.id), rollouts)
  if (ended) await saveStatistics(ctx.db, row.id, basis, statistics).catch(() => {})
  return statistics
}

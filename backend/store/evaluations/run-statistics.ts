import { and, eq } from "drizzle-orm"
import { declaredIn, isTerminal, type RunStatistics, rewardRangeIn, statisticsOfScores, withSettled } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { readDraw } from "../samples/drawn-examples.ts"
import { readClustering } from "../samples/example-clusters.ts"
import { listScores } from "../samples/scores.ts"
import { runStatistics } from "../schema.ts"
import type { EvaluationRecord } from "./evaluation.ts"

/** Grows when statistics get a field: those kept in the database without it are computed again. */
const shape = 8

/** What a run's statistics are computed from: as long as it is the same, so are they. */
export function statisticsBasis(row: EvaluationRecord): string {
  const { reward_range: range, cluster_by: field } = declaredIn(row.metadata)
  const settled = row.settling?.kind === "settled"
  return `${shape}:${row.samplesDone}+${row.samplesSuperseded}${range ? ` in ${range.join()}` : ""}${field ? ` by ${field}` : ""}${settled ? " settled" : ""}`
}

/** The statistics of a run's samples: every sample is read, unless the run has ended and they were kept. */
export async function readStatistics(db: Db, row: EvaluationRecord): Promise<RunStatistics> {
  const ended = isTerminal(row.status)
  const kept = ended ? await findStatistics(db, row) : undefined
  if (kept) return kept
  const statistics = await computeStatistics(db, row)
  if (ended) await saveStatistics(db, row.id, statisticsBasis(row), statistics).catch(() => {})
  return statistics
}

/** The statistics of a run's samples now, with the library's threshold for passing or another; every sample is read. */
export const computeStatistics = async (
  db: Db,
  { id, samplesSuperseded, settling, metadata }: Pick<EvaluationRecord, "id" | "samplesSuperseded" | "settling" | "metadata">,
  threshold?: number,
): Promise<RunStatistics> => {
  const [scores, draw, clustering] = await Promise.all([
    listScores(db, id, samplesSuperseded > 0),
    readDraw(db, { id, settling }),
    readClustering(db, { id, metadata }),
  ])
  return withSettled(statisticsOfScores(id, scores, threshold, rewardRangeIn(metadata), draw, clustering), settling)
}

/** The statistics that were kept of a run, unless they were computed from other samples than it has now. */
export async function findStatistics(db: Db, row: EvaluationRecord): Promise<RunStatistics | undefined> {
  const [found] = await db
    .select({ statistics: runStatistics.statistics })
    .from(runStatistics)
    .where(and(eq(runStatistics.evaluationId, row.id), eq(runStatistics.basis, statisticsBasis(row))))
  return found?.statistics
}

async function saveStatistics(db: Db, evaluationId: string, basis: string, statistics: RunStatistics): Promise<void> {
  await db
    .insert(runStatistics)
    .values({ evaluationId, basis, statistics })
    .onConflictDoUpdate({ target: runStatistics.evaluationId, set: { basis, statistics } })
}

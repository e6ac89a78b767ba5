import { and, eq } from "drizzle-orm"
import type { RunStatistics } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { runStatistics } from "../schema.ts"

/** The statistics that were kept of a run, unless they were computed from something else than `basis`. */
export async function findStatistics(db: Db, evaluationId: string, basis: string): Promise<RunStatistics | undefined> {
  const [row] = await db
    .select({ statistics: runStatistics.statistics })
    .from(runStatistics)
    .where(and(eq(runStatistics.evaluationId, evaluationId), eq(runStatistics.basis, basis)))
  return row?.statistics
}

export async function saveStatistics(db: Db, evaluationId: string, basis: string, statistics: RunStatistics): Promise<void> {
  await db
    .insert(runStatistics)
    .values({ evaluationId, basis, statistics })
    .onConflictDoUpdate({ target: runStatistics.evaluationId, set: { basis, statistics } })
}

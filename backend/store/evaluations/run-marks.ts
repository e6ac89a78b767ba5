import { and, eq, isNull, type SQL, sql } from "drizzle-orm"
import type { Interval95 } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { prepared } from "../prepared.ts"
import { evaluations, runStatistics, stars } from "../schema.ts"
import { type EvaluationRecord, whichRuns } from "./evaluation.ts"
import { statisticsBasis } from "./run-statistics.ts"

/** What a row of a list has beside the run itself. */
export interface RunMarks {
  starred: boolean
  /** Of the mean reward; null where no statistics of its present samples were kept. */
  interval95: Interval95 | null
  /** Means of all metrics by name, where they were asked for. */
  metrics: ReadonlyMap<string, number>
}

const means = sql`${runStatistics.statistics} -> 'metrics'`.mapWith((text): { name: string; mean: number }[] | null => JSON.parse(text))

const marksOf = (which: SQL, metrics: typeof means | SQL<null>) => (db: Db, name: string) =>
  db
    .select({ id: evaluations.id, star: stars.userId, basis: runStatistics.basis, interval95: runStatistics.interval95, metrics })
    .from(evaluations)
    .leftJoin(stars, and(eq(stars.evaluationId, evaluations.id), eq(stars.userId, sql.placeholder("userId"))))
    .leftJoin(runStatistics, eq(runStatistics.evaluationId, evaluations.id))
    .where(which)
    .prepare(name)

const marksOfOne = prepared("marks_of_run", marksOf(whichRuns.one, sql<null>`null`))
const marksOfList = prepared("marks_of_runs", marksOf(whichRuns.list, sql<null>`null`))
const marksWithMetrics = prepared("marks_of_runs_with_metrics", marksOf(whichRuns.list, means))

/** The marks of some runs by their ids, in one query. @param userId whose stars are meant */
export async function readRunMarks(
  db: Db,
  userId: string | null,
  runs: readonly EvaluationRecord[],
  { withMetrics }: { withMetrics: boolean },
): Promise<Map<string, RunMarks>> {
  if (runs.length === 0) return new Map()
  const query = withMetrics ? marksWithMetrics : runs.length === 1 ? marksOfOne : marksOfList
  const rows = await query(db).execute({ userId: userId ?? "", id: runs[0]?.id, ids: runs.map((run) => run.id) })
  const basisOf = new Map(runs.map((run) => [run.id, statisticsBasis(run)]))
  return new Map(
    rows.map(({ id, star, basis, interval95, metrics }) => {
      const isPresent = basis === basisOf.get(id)
      return [
        id,
        {
          starred: star !== null,
          interval95: isPresent ? interval95 : null,
          metrics: new Map((isPresent ? (metrics ?? []) : []).map(({ name, mean }) => [name, mean])),
        },
      ]
    }),
  )
}

export async function addStar(db: Db, userId: string, evaluationId: string): Promise<void> {
  await db.insert(stars).values({ userId, evaluationId }).onConflictDoNothing()
}

export async function removeStar(db: Db, userId: string, evaluationId: string): Promise<void> {
  await db.delete(stars).where(and(eq(stars.userId, userId), eq(stars.evaluationId, evaluationId)))
}

/** Archives a run, or takes it out again. Its time of change stays: an upload that stopped would look alive. */
export async function setArchived(db: Db, id: string, isArchived: boolean): Promise<void> {
  await db
    .update(evaluations)
    .set({ archivedAt: isArchived ? sql`now()` : null })
    .where(and(eq(evaluations.id, id), ...(isArchived ? [isNull(evaluations.archivedAt)] : [])))
}

export async function setTags(db: Db, id: string, tags: string[]): Promise<void> {
  await db.update(evaluations).set({ tags }).where(eq(evaluations.id, id))
}

import { and, asc, count, desc, eq, inArray, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { isActive } from "../evaluations/run-leases.ts"
import { attempts, evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

/** Where a run runs or is to run, by its configuration. Rollouts are scored again on the platform's own machine. */
const place = sql<string>`case when ${evaluations.scoresOf} is not null then 'local' else coalesce(${evaluations.evalConfig} ->> 'executor', 'local') end`
/** In the queue of the platform. */
const isQueued = sql`is_hosted and status = 'PENDING'`

export interface PlacedRun {
  id: string
  name: string
  status: string
  phase: string | null
  phaseDetail: string | null
  since: Date
}

/** How many runs have begun and how many are queued, by where they run. */
export async function countPlacedRuns(db: Db): Promise<{ place: string; isBegun: boolean; isPending: boolean; runs: number }[]> {
  const isPending = sql<boolean>`${evaluations.phase} = 'starting' and ${evaluations.phaseDetail} like 'waiting for %'`
  const counted = (which: SQL, isBegun: boolean) =>
    db
      .select({ place, isPending, runs: count() })
      .from(evaluations)
      .where(which)
      .groupBy(sql`1`, sql`2`)
      .then((rows) => rows.map((row) => ({ ...row, isPending: row.isPending ?? false, isBegun })))
  return [...(await counted(isActive, true)), ...(await counted(isQueued, false))]
}

/**
 * Runs of one place that have begun or are queued, the oldest first.
 * @param viewer whose runs; null for everybody's
 */
export async function listPlacedRuns(db: Db, name: string, viewer: Viewer | null, limit: number): Promise<PlacedRun[]> {
  const listed = (which: SQL, most: number) =>
    db
      .select({
        id: evaluations.id,
        name: evaluations.name,
        status: evaluations.status,
        phase: evaluations.phase,
        phaseDetail: evaluations.phaseDetail,
        since: sql<Date>`coalesce(${evaluations.startedAt}, ${evaluations.createdAt})`.mapWith(evaluations.createdAt),
      })
      .from(evaluations)
      .where(and(which, eq(place, name), viewer === null ? undefined : ownedBy(evaluations, viewer)))
      .orderBy(asc(evaluations.createdAt), asc(evaluations.id))
      .limit(most)
  const begun = await listed(isActive, limit)
  return begun.length < limit ? [...begun, ...(await listed(isQueued, limit - begun.length))] : begun
}

/** The last attempts that one of these executors lost. @param viewer of whose runs; null for everybody's */
export const listLostAttempts = (
  db: Db,
  executors: readonly string[],
  viewer: Viewer | null,
  limit: number,
): Promise<{ evaluationId: string; endedAt: Date | null; endDetail: string | null }[]> =>
  db
    .select({ evaluationId: attempts.evaluationId, endedAt: attempts.endedAt, endDetail: attempts.endDetail })
    .from(attempts)
    .innerJoin(evaluations, eq(evaluations.id, attempts.evaluationId))
    .where(and(sql`ended = 'lost'`, inArray(attempts.executor, [...executors]), viewer === null ? undefined : ownedBy(evaluations, viewer)))
    .orderBy(desc(attempts.endedAt))
    .limit(limit)

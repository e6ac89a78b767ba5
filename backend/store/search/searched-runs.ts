import { and, eq, gte, lt, type SQL, sql } from "drizzle-orm"
import type { SearchQuery } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { matchingRuns } from "../evaluations/list-evaluations.ts"
import { evaluations, sampleTextProgress as progress } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

export type SearchFilter = Pick<
  SearchQuery,
  "environment_id" | "environment_name" | "model" | "created_after" | "created_before" | "outcome" | "reward_min" | "reward_max"
>

/** Beyond every number of a sample, a block or a text. */
export const beyondAll = 2 ** 31 - 1

/** A place in the order of a search: runs from the newest, in each of them samples by seq (0 for logs), then blocks of texts, then texts. */
export interface SearchPlace {
  /** When the run was created, as Postgres writes it. */
  createdAt: string
  runId: string
  seq: number
  place: number
  /** The last text of this sample, or line, that was a hit; those up to it are no hits again. */
  text: number
}

export interface SearchedRun {
  id: string
  createdAt: string
}

const runsAtOnce = 20

export const searchedRuns = (viewer: Viewer, filter: SearchFilter): SQL =>
  and(
    matchingRuns(viewer, { environment_id: filter.environment_id, environment_name: filter.environment_name, model: filter.model }),
    filter.created_after ? gte(evaluations.createdAt, new Date(filter.created_after)) : undefined,
    filter.created_before ? lt(evaluations.createdAt, new Date(filter.created_before)) : undefined,
  ) as SQL

/** The next runs to look through: the one of the place first, unless all of it was. */
export async function listSearchedRuns(db: Db, viewer: Viewer, filter: SearchFilter, from: SearchPlace | null): Promise<SearchedRun[]> {
  const comparison = sql.raw(from?.seq === beyondAll ? "<" : "<=")
  return db
    .select({ id: evaluations.id, createdAt: sql<string>`${evaluations.createdAt}::text` })
    .from(evaluations)
    .where(
      and(
        searchedRuns(viewer, filter),
        from ? sql`(${evaluations.createdAt}, ${evaluations.id}) ${comparison} (${from.createdAt}::timestamptz, ${from.runId})` : undefined,
      ),
    )
    .orderBy(sql`${evaluations.createdAt} desc, ${evaluations.id} desc`)
    .limit(runsAtOnce)
}

/** The newest of the viewer's runs with texts that are still to be stored, and how many samples and lines that are in all of them. */
export async function countWaitingTexts(db: Db, viewer: Viewer): Promise<{ waiting: number; runIds: string[] }> {
  const rows = await db
    .select({ id: progress.evaluationId, waiting: sql<number>`greatest(0, due - seq) + greatest(0, log_due - log_line)` })
    .from(progress)
    .innerJoin(evaluations, eq(evaluations.id, progress.evaluationId))
    .where(and(sql`(seq < due or log_line < log_due)`, ownedBy(evaluations, viewer)))
    .orderBy(sql`${evaluations.createdAt} desc`)
  return { waiting: rows.reduce((sum, row) => sum + row.waiting, 0), runIds: rows.map(({ id }) => id) }
}

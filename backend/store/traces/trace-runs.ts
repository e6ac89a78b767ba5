import { and, gte, inArray, lt, type SQL, sql } from "drizzle-orm"
import { writeCursor } from "../../base/cursor.ts"
import { meanOf } from "../columns.ts"
import type { Db } from "../db.ts"
import { traces } from "../schema.ts"
import { readPlace } from "./cursors.ts"

export interface RunFilter {
  runId?: string
  run_type?: ("eval" | "train" | "unknown")[] | null | undefined
  created_by?: string[] | null | undefined
  created_after?: string | null | undefined
  created_before?: string | null | undefined
}

const newest = (column: SQL) => sql`(array_agg(${column} order by ${traces.ingestedAt} desc, ${traces.key} desc))[1]`
const runType = newest(sql`${traces.runType}`)
const ingested = sql`max(${traces.ingestedAt})`
const several = (column: SQL) => sql<string[]>`coalesce((array_agg(distinct ${column}) filter (where ${column} is not null))[1:100], '{}')`

/** Totals of the runs that an account's traces name, the latest upload first. */
export async function listTraceRuns(db: Db, owner: string, filter: RunFilter, page: { limit: number; cursor?: string | null | undefined }) {
  const [at, id] = page.cursor ? readPlace<[string, string]>(page.cursor, ["string", "string"]) : []
  const found = await db
    .select({
      runId: sql<string>`${traces.runId}`,
      firstCreated: sql<Date>`min(${traces.createdAt})`.mapWith(traces.createdAt),
      lastCreated: sql<Date>`max(${traces.createdAt})`.mapWith(traces.createdAt),
      lastIngested: sql<Date>`${ingested}`.mapWith(traces.ingestedAt),
      place: sql<string>`${ingested}::text`,
      traces: sql<number>`count(*)::int`,
      episodes: sql<number>`count(distinct ${traces.episodeId})::int`,
      reward: meanOf(traces.reward),
      stepMin: sql<number | null>`min(${traces.runStep})`,
      stepMax: sql<number | null>`max(${traces.runStep})`,
      steps: sql<number>`count(distinct ${traces.runStep})::int`,
      hasError: sql<boolean>`bool_or(${traces.hasError})`,
      firstUser: sql<string | null>`(array_agg(${traces.userId} order by ${traces.ingestedAt}, ${traces.key}))[1]`,
      environments: several(sql`${traces.environmentId}`),
      models: several(sql`${traces.modelId}`),
      context: sql<string>`(array_agg(${traces.context}::text order by ${traces.ingestedAt} desc, ${traces.key} desc))[1]`,
    })
    .from(traces)
    .where(
      and(
        sql`${traces.owner} = ${owner} and ${traces.runId} is not null`,
        filter.runId === undefined ? undefined : sql`${traces.runId} = ${filter.runId}`,
        filter.created_after ? gte(traces.createdAt, new Date(filter.created_after)) : undefined,
        filter.created_before ? lt(traces.createdAt, new Date(filter.created_before)) : undefined,
        filter.created_by?.length
          ? sql`${traces.runId} in (select run_id from traces t where t.owner = ${owner} and t.user_id = any(${sql.param(filter.created_by)}::text[]))`
          : undefined,
      ),
    )
    .groupBy(traces.runId)
    .having(
      and(
        filter.run_type?.length ? inArray(runType, filter.run_type) : undefined,
        at === undefined ? undefined : sql`(${ingested}, ${traces.runId}) < (${at}::timestamptz, ${id})`,
      ),
    )
    .orderBy(sql`${ingested} desc, ${traces.runId} desc`)
    .limit(page.limit + 1)
  const rows = found.slice(0, page.limit)
  const last = rows.at(-1)
  return { rows, next: found.length > page.limit && last ? writeCursor([last.place, last.runId]) : null }
}

export type TraceRunRecord = Awaited<ReturnType<typeof listTraceRuns>>["rows"][number]

/** The training steps of a run with their totals, oldest first. */
export const listRunSteps = (db: Db, owner: string, runId: string) =>
  db
    .select({
      step: sql<number>`${traces.runStep}`,
      traces: sql<number>`count(*)::int`,
      episodes: sql<number>`count(distinct ${traces.episodeId})::int`,
      reward: meanOf(traces.reward),
    })
    .from(traces)
    .where(sql`${traces.owner} = ${owner} and ${traces.runId} = ${runId} and ${traces.runStep} is not null`)
    .groupBy(traces.runStep)
    .orderBy(traces.runStep)

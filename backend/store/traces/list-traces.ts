import { and, eq, gte, inArray, lt, lte, type SQL, sql } from "drizzle-orm"
import { writeCursor } from "../../base/cursor.ts"
import type { Db } from "../db.ts"
import { episodes, traces } from "../schema.ts"
import { readPlace } from "./cursors.ts"
import { type EpisodeRecord, episodeFields, type TraceRecord, traceFields } from "./trace.ts"

export interface TraceFilter {
  run_id?: string | null | undefined
  upload_id?: string[] | null | undefined
  environment_id?: string | null | undefined
  model_id?: string | null | undefined
  model_provider?: string | null | undefined
  task_id?: string | null | undefined
  reward_min?: number | null | undefined
  reward_max?: number | null | undefined
  outcome?: string | null | undefined
  has_error?: boolean | null | undefined
  is_truncated?: boolean | null | undefined
  created_after?: string | null | undefined
  created_before?: string | null | undefined
  run_step?: number | null | undefined
  step_min?: number | null | undefined
  step_max?: number | null | undefined
  context?: Record<string, string>
  episodeKey?: number
}

interface Page {
  limit: number
  cursor?: string | null | undefined
}

type Sort = "created_at" | "reward" | "duration_ms"

const milliseconds = (column: SQL): SQL => sql`(extract(epoch from ${column}) * 1000)::float8`
const rewardKey = sql`coalesce(${traces.reward}, '-infinity'::float8)`
const sortKeys: Record<Sort, { column: SQL; shown: SQL; bound: (value: string) => SQL }> = {
  created_at: {
    column: sql`${traces.createdAt}`,
    shown: sql`${traces.createdAt}::text`,
    bound: (value) => sql`${value}::timestamptz`,
  },
  reward: { column: rewardKey, shown: sql`${rewardKey}::text`, bound: (value) => sql`${value}::float8` },
  duration_ms: { column: sql`${traces.durationMs}`, shown: sql`${traces.durationMs}::text`, bound: (value) => sql`${value}::bigint` },
}

/** What narrows traces down, as SQL. */
export function traceConditions(owner: string, filter: TraceFilter): SQL {
  return and(
    eq(traces.owner, owner),
    filter.run_id ? eq(traces.runId, filter.run_id) : undefined,
    filter.upload_id?.length ? inArray(traces.uploadId, filter.upload_id) : undefined,
    filter.environment_id ? eq(traces.environmentId, filter.environment_id) : undefined,
    filter.model_id ? eq(traces.modelId, filter.model_id) : undefined,
    // Traces do not say who provides their model.
    filter.model_provider ? sql`false` : undefined,
    filter.task_id ? eq(traces.taskId, filter.task_id) : undefined,
    typeof filter.reward_min === "number" ? gte(traces.reward, filter.reward_min) : undefined,
    typeof filter.reward_max === "number" ? lte(traces.reward, filter.reward_max) : undefined,
    filter.outcome ? eq(traces.outcome, filter.outcome) : undefined,
    typeof filter.has_error === "boolean" ? eq(traces.hasError, filter.has_error) : undefined,
    typeof filter.is_truncated === "boolean" ? eq(traces.isTruncated, filter.is_truncated) : undefined,
    filter.created_after ? gte(traces.createdAt, new Date(filter.created_after)) : undefined,
    filter.created_before ? lt(traces.createdAt, new Date(filter.created_before)) : undefined,
    typeof filter.run_step === "number" ? eq(traces.runStep, filter.run_step) : undefined,
    typeof filter.step_min === "number" ? gte(traces.runStep, filter.step_min) : undefined,
    typeof filter.step_max === "number" ? lte(traces.runStep, filter.step_max) : undefined,
    ...Object.entries(filter.context ?? {}).map(([key, value]) => sql`${traces.context} ->> ${key} = ${value}`),
    filter.episodeKey === undefined ? undefined : eq(traces.episodeKey, filter.episodeKey),
  ) as SQL
}

/** Traces of an account, highest or newest first. */
export async function listTraces(
  db: Db,
  owner: string,
  filter: TraceFilter,
  page: Page & { sort: Sort },
): Promise<{ rows: TraceRecord[]; next: string | null }> {
  const { column, shown, bound } = sortKeys[page.sort]
  const [value, key] = page.cursor ? readPlace<[string, number]>(page.cursor, ["string", "number"]) : []
  const beyond = value === undefined ? undefined : sql`(${column}, ${traces.key}) < (${bound(value)}, ${key})`
  const found = await db
    .select({ trace: traceFields, place: sql<string>`${shown}` })
    .from(traces)
    .where(and(traceConditions(owner, filter), beyond))
    .orderBy(sql`${column} desc, ${traces.key} desc`)
    .limit(page.limit + 1)
  const rows = found.slice(0, page.limit)
  const last = rows.at(-1)
  return {
    rows: rows.map(({ trace }) => trace),
    next: found.length > page.limit && last ? writeCursor([last.place, last.trace.key]) : null,
  }
}

/** The newest copy of a trace. */
export async function findTrace(db: Db, owner: string, id: string): Promise<TraceRecord | undefined> {
  const [row] = await db
    .select(traceFields)
    .from(traces)
    .where(and(eq(traces.owner, owner), eq(traces.id, id)))
    .orderBy(sql`${traces.key} desc`)
    .limit(1)
  return row
}

/** Episodes of an account, newest first. Steps and context are those of their traces. */
export async function listEpisodes(
  db: Db,
  owner: string,
  filter: TraceFilter,
  page: Page,
): Promise<{ rows: EpisodeRecord[]; next: string | null }> {
  const { run_step, step_min, step_max, context } = filter
  const ofTraces = [run_step, step_min, step_max].some((step) => typeof step === "number") || Object.keys(context ?? {}).length > 0
  const [at, key] = page.cursor ? readPlace<[number, number]>(page.cursor, ["number", "number"]) : []
  const found = await db
    .select({ episode: episodeFields, place: sql<number>`${milliseconds(sql`${episodes.createdAt}`)}` })
    .from(episodes)
    .where(
      and(
        eq(episodes.owner, owner),
        filter.run_id ? eq(episodes.runId, filter.run_id) : undefined,
        filter.upload_id?.length ? inArray(episodes.uploadId, filter.upload_id) : undefined,
        filter.environment_id ? eq(episodes.environmentId, filter.environment_id) : undefined,
        filter.outcome ? eq(episodes.outcome, filter.outcome) : undefined,
        typeof filter.has_error === "boolean" ? eq(episodes.hasError, filter.has_error) : undefined,
        filter.created_after ? gte(episodes.createdAt, new Date(filter.created_after)) : undefined,
        filter.created_before ? lt(episodes.createdAt, new Date(filter.created_before)) : undefined,
        ofTraces
          ? sql`exists (select 1 from ${traces} where ${traces.episodeKey} = ${episodes.key} and ${traceConditions(owner, { run_step, step_min, step_max, context: context ?? {} })})`
          : undefined,
        at === undefined ? undefined : sql`(${episodes.createdAt}, ${episodes.key}) < (${new Date(at)}, ${key})`,
      ),
    )
    .orderBy(sql`${episodes.createdAt} desc, ${episodes.key} desc`)
    .limit(page.limit + 1)
  const rows = found.slice(0, page.limit)
  const last = rows.at(-1)
  return {
    rows: rows.map(({ episode }) => episode),
    next: found.length > page.limit && last ? writeCursor([Number(last.place), last.episode.key]) : null,
  }
}

/** The newest copy of an episode. */
export async function findEpisode(db: Db, owner: string, id: string): Promise<EpisodeRecord | undefined> {
  const [row] = await db
    .select(episodeFields)
    .from(episodes)
    .where(and(eq(episodes.owner, owner), eq(episodes.id, id)))
    .orderBy(sql`${episodes.key} desc`)
    .limit(1)
  return row
}

/** What the traces of an episode add up to. */
export async function sumTraces(db: Db, episodeKey: number) {
  const [sums] = await db
    .select({
      traces: sql<number>`count(*)::int`,
      tokens: sql<number>`coalesce(sum(${traces.totalTokens}), 0)::float8`,
      durationMs: sql<number>`coalesce(sum(${traces.durationMs}), 0)::float8`,
      anyError: sql<boolean>`coalesce(bool_or(${traces.hasError}), false)`,
      agents: sql<string[]>`coalesce(array_agg(distinct ${traces.agentName}) filter (where ${traces.agentName} is not null), '{}')`,
    })
    .from(traces)
    .where(eq(traces.episodeKey, episodeKey))
  return sums as NonNullable<typeof sums>
}

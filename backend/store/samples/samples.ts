import { and, asc, count, eq, gt, gte, ilike, inArray, isNotNull, lte, max, min, or, type SQL, sql } from "drizzle-orm"
import type { FailureClass, JsonObject } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { cleanJson } from "../../base/json.ts"
import type { Db } from "../db.ts"
import { sampleBodies, samples } from "../schema.ts"

export type SampleRecord = typeof samples.$inferSelect
export type NewSample = Omit<typeof samples.$inferInsert, "seq" | "evaluationId" | "attempt" | "supersedes" | "superseded" | "redo"> & {
  body: JsonObject
  /** Takes the place of the sample that an earlier attempt stored for the same rollout. */
  replaces?: boolean
}

/** A sample that is new, and the one whose place it took. */
export interface StoredSample {
  sample: NewSample
  supersedes: string | null
}

const current = sql`not ${samples.superseded}`

/**
 * Stores samples after seq `from`, leaving out those that are stored already, unless these are to be done again. The caller holds
 * the lock of the evaluation's row.
 */
export async function insertSamples(
  db: Db,
  evaluationId: string,
  attempt: number,
  from: number,
  news: NewSample[],
): Promise<StoredSample[]> {
  if (news.length === 0) return []
  const keys = news.map((sample) => sample.dedupeKey)
  const known = await db
    .select({ key: samples.dedupeKey, id: samples.id, redo: samples.redo, attempt: samples.attempt })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current, sql`${samples.dedupeKey} = any(${sql.param(keys)}::text[])`))
  const earlier = new Map(known.map((row) => [row.key, row]))
  const seen = new Set<string>()
  const stored: StoredSample[] = []
  for (const sample of news) {
    const before = earlier.get(sample.dedupeKey)
    if (seen.has(sample.dedupeKey) || (before && !before.redo && !(sample.replaces && before.attempt < attempt))) continue
    seen.add(sample.dedupeKey)
    stored.push({ sample, supersedes: before?.id ?? null })
  }
  if (stored.length === 0) return []
  const replaced = stored.flatMap(({ supersedes }) => supersedes ?? [])
  if (replaced.length > 0)
    await db
      .update(samples)
      .set({ superseded: true, redo: false })
      .where(sql`${samples.id} = any(${sql.param(replaced)}::text[])`)
  // As one parameter: thousands of rows have more columns than a statement may have parameters, and this is quicker.
  const rows = stored.map(({ sample, supersedes }, i) => ({
    evaluation_id: evaluationId,
    seq: from + i + 1,
    id: sample.id,
    dedupe_key: sample.dedupeKey,
    example_id: sample.exampleId,
    example_order: sample.exampleOrder,
    rollout_index: sample.rolloutIndex,
    attempt,
    supersedes,
    reward: sample.reward,
    metrics: sample.metrics,
    outcome: sample.outcome,
    error: sample.error,
    error_class: sample.errorClass,
    problems: sample.problems,
    stop_condition: sample.stopCondition,
    session_ids: sample.sessionIds ?? [],
    input_tokens: sample.inputTokens,
    output_tokens: sample.outputTokens,
    duration_ms: sample.durationMs,
    prompt_preview: sample.promptPreview,
    completion_preview: sample.completionPreview,
  }))
  const columns = sql.raw(Object.keys(rows[0] as object).join(", "))
  await db.execute(sql`
    insert into samples (${columns})
    select ${columns} from json_populate_recordset(null::samples, ${JSON.stringify(cleanJson(rows))}::json)`)
  const bodies = stored.map(({ sample }) => ({ sample_id: sample.id, body: sample.body }))
  await db.execute(sql`
    insert into sample_bodies (sample_id, body)
    select sample_id, body from json_populate_recordset(null::sample_bodies, ${JSON.stringify(cleanJson(bodies))}::json)`)
  return stored
}

/** The sums of a run's samples that its row keeps. */
export async function sumSamples(db: Db, evaluationId: string) {
  const [sums] = await db
    .select({
      samplesDone: count(),
      samplesErrored: sql<number>`(count(*) filter (where ${samples.outcome} = 'error'))::int`,
      samplesToRedo: sql<number>`(count(*) filter (where ${samples.redo}))::int`,
      rewardSum: sql<number>`coalesce(sum(${samples.reward}), 0)::float8`,
      rewardCount: sql<number>`count(${samples.reward})::int`,
      rewardMin: min(samples.reward),
      rewardMax: max(samples.reward),
    })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current))
  return sums as NonNullable<typeof sums>
}

/** Marks the errored samples of a run as to be done again, or none. @returns how many */
export async function markForRedo(db: Db, evaluationId: string, errored: boolean): Promise<number> {
  const ofRun = eq(samples.evaluationId, evaluationId)
  await db
    .update(samples)
    .set({ redo: false })
    .where(and(ofRun, eq(samples.redo, true)))
  if (!errored) return 0
  const { rowCount } = await db
    .update(samples)
    .set({ redo: true })
    .where(and(ofRun, current, eq(samples.outcome, "error")))
  return rowCount ?? 0
}

export interface SampleFilter {
  outcome?: "ok" | "truncated" | "error" | null
  errorClass?: FailureClass | null
  rewardMin?: number | null
  rewardMax?: number | null
  exampleId?: string | null
  search?: string | null
  sinceSeq?: number | null
}

const matching = (evaluationId: string, filter: SampleFilter): SQL => {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  return and(
    eq(samples.evaluationId, evaluationId),
    current,
    filter.outcome ? eq(samples.outcome, filter.outcome) : undefined,
    filter.errorClass ? eq(samples.errorClass, filter.errorClass) : undefined,
    typeof filter.rewardMin === "number" ? gte(samples.reward, filter.rewardMin) : undefined,
    typeof filter.rewardMax === "number" ? lte(samples.reward, filter.rewardMax) : undefined,
    filter.exampleId ? eq(samples.exampleId, filter.exampleId) : undefined,
    typeof filter.sinceSeq === "number" ? gt(samples.seq, filter.sinceSeq) : undefined,
    filter.search
      ? or(
          ilike(samples.promptPreview, pattern),
          ilike(samples.completionPreview, pattern),
          ilike(samples.error, pattern),
          eq(samples.exampleId, filter.search),
          sql`exists (select 1 from sample_bodies b where b.sample_id = ${samples.id} and b.body::text ilike ${pattern})`,
        )
      : undefined,
  ) as SQL
}

/** -infinity stands in for a missing value, so that a cursor can always be compared. */
const sortKey = (sortBy: string): SQL => {
  if (sortBy === "seq") return sql`${samples.seq}::float8`
  if (sortBy === "example") return sql`${samples.exampleOrder}`
  if (sortBy === "reward") return sql`coalesce(${samples.reward}, '-infinity'::float8)`
  if (sortBy === "duration") return sql`coalesce(${samples.durationMs}, '-infinity'::float8)`
  if (sortBy === "tokens") return sql`coalesce(${samples.inputTokens} + ${samples.outputTokens}, '-infinity'::float8)`
  return sql`coalesce((${samples.metrics} ->> ${sortBy.slice("metric:".length)})::float8, '-infinity'::float8)`
}

/** A page of samples in the order of a key, after the cursor of the page before. */
export async function listSamples(
  db: Db,
  evaluationId: string,
  filter: SampleFilter,
  sort: { by: string; descending: boolean },
  after: string | null,
  limit: number,
): Promise<{ rows: SampleRecord[]; next: string | null; total: number }> {
  const key = sortKey(sort.by)
  const where = matching(evaluationId, filter)
  const cursor = after === null ? undefined : readCursor(after)
  const beyond =
    cursor &&
    (sort.descending
      ? sql`(${key}, ${samples.seq}) < (${cursor.key}::float8, ${cursor.seq})`
      : sql`(${key}, ${samples.seq}) > (${cursor.key}::float8, ${cursor.seq})`)
  const direction = sql.raw(sort.descending ? "desc" : "asc")
  const found = await db
    .select({ sample: samples, key: sql<string>`(${key})::text` })
    .from(samples)
    .where(and(where, beyond))
    .orderBy(sql`${key} ${direction}, ${samples.seq} ${direction}`)
    .limit(limit + 1)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const [total] = await db.select({ count: count() }).from(samples).where(where)
  return {
    rows: page.map((row) => row.sample),
    next: found.length > limit && last ? `${last.key}:${last.sample.seq}` : null,
    total: total?.count ?? 0,
  }
}

function readCursor(text: string): { key: string; seq: number } {
  const match = /^(-?(?:Infinity|\d+(?:\.\d+)?(?:e[+-]?\d+)?)):(\d{1,9})$/i.exec(text)
  if (!match)
    throw new ServiceError("invalid", "after is not the `next` of an earlier page", [
      { path: ["after"], message: "is not the `next` of an earlier page" },
    ])
  return { key: match[1] as string, seq: Number(match[2]) }
}

/**
 * Whole samples in the order of storing, `skip` from the start.
 * @param isDense no sample of the run was superseded: then a place in the order is a seq, and far pages are as quick as near ones
 */
export async function listSampleBodies(db: Db, evaluationId: string, isDense: boolean, skip: number, limit: number): Promise<JsonObject[]> {
  const query = db
    .select({ body: sampleBodies.body })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .$dynamic()
  const ofRun = and(eq(samples.evaluationId, evaluationId), current)
  const rows = isDense
    ? await query.where(and(ofRun, gt(samples.seq, skip), lte(samples.seq, skip + limit))).orderBy(asc(samples.seq))
    : await query.where(ofRun).orderBy(asc(samples.seq)).offset(skip).limit(limit)
  return rows.map((row) => row.body)
}

/** Whole samples in the order of storing, after seq `after`. */
export async function listSampleBodiesAfter(
  db: Db,
  evaluationId: string,
  after: number,
  limit: number,
): Promise<{ seq: number; body: JsonObject }[]> {
  return db
    .select({ seq: samples.seq, body: sampleBodies.body })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .where(and(eq(samples.evaluationId, evaluationId), current, gt(samples.seq, after)))
    .orderBy(asc(samples.seq))
    .limit(limit)
}

/** One sample with its body, its neighbours in the order of examples, and all samples of its rollout, itself among them. */
export async function findSample(db: Db, evaluationId: string, sampleId: string) {
  const [row] = await db
    .select({ sample: samples, body: sampleBodies.body })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .where(and(eq(samples.evaluationId, evaluationId), eq(samples.id, sampleId)))
  if (!row) return undefined
  const place = sql`(${row.sample.exampleOrder}::float8, ${row.sample.seq})`
  const neighbour = async (operator: "<" | ">", direction: "asc" | "desc") => {
    const [found] = await db
      .select({ id: samples.id })
      .from(samples)
      .where(
        and(eq(samples.evaluationId, evaluationId), current, sql`(${samples.exampleOrder}, ${samples.seq}) ${sql.raw(operator)} ${place}`),
      )
      .orderBy(sql`${samples.exampleOrder} ${sql.raw(direction)}, ${samples.seq} ${sql.raw(direction)}`)
      .limit(1)
    return found?.id ?? null
  }
  const sameRollout = await db
    .select()
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), eq(samples.dedupeKey, row.sample.dedupeKey), samples.superseded))
    .unionAll(
      db
        .select()
        .from(samples)
        .where(and(eq(samples.evaluationId, evaluationId), eq(samples.dedupeKey, row.sample.dedupeKey), current)),
    )
  return {
    ...row,
    previousId: await neighbour("<", "desc"),
    nextId: await neighbour(">", "asc"),
    sameRollout: sameRollout.sort((a, b) => a.seq - b.seq),
  }
}

/** How many samples of a run share a class, the first of each as an example; the largest group first. */
export async function listErrorGroups(db: Db, evaluationId: string): Promise<{ count: number; first: SampleRecord }[]> {
  const groups = await db
    .select({ count: count(), first: sql<number>`min(${samples.seq})` })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current, isNotNull(samples.errorClass)))
    .groupBy(samples.errorClass)
  if (groups.length === 0) return []
  const firsts = await db
    .select()
    .from(samples)
    .where(
      and(
        eq(samples.evaluationId, evaluationId),
        inArray(
          samples.seq,
          groups.map((group) => group.first),
        ),
      ),
    )
  return groups
    .flatMap(({ count: size, first }) => firsts.filter((sample) => sample.seq === first).map((sample) => ({ count: size, first: sample })))
    .sort((a, b) => b.count - a.count)
}

/** Names of all metrics that any sample of a run has. */
export async function listMetricNames(db: Db, evaluationId: string): Promise<string[]> {
  const found = await db.execute<{ name: string }>(
    sql`select distinct json_object_keys(${samples.metrics}) as name from ${samples} where ${samples.evaluationId} = ${evaluationId} and ${current} order by 1`,
  )
  return found.rows.map((row) => row.name)
}

/** What the statistics need of every sample of a run, in the order of examples. */
export async function listScores(db: Db, evaluationId: string) {
  return db
    .select({ exampleId: samples.exampleId, reward: samples.reward, metrics: samples.metrics, outcome: samples.outcome })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current))
    .orderBy(asc(samples.exampleOrder), asc(samples.seq))
}

export interface RolloutKey {
  exampleId: string
  rolloutIndex: number
}

/** The rollouts of a run that are stored: those that count as done, and those that are to be done again. */
export async function listStoredRollouts(db: Db, evaluationId: string): Promise<{ done: RolloutKey[]; redo: RolloutKey[] }> {
  const rows = await db
    .select({ exampleId: samples.exampleId, rolloutIndex: samples.rolloutIndex, redo: samples.redo })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current))
  return { done: rows.filter((row) => !row.redo), redo: rows.filter((row) => row.redo) }
}

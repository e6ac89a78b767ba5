import { and, asc, count, eq, gt, gte, ilike, inArray, isNotNull, lte, or, type SQL, sql } from "drizzle-orm"
import type { FailureClass, JsonObject } from "../../contract/index.ts"
import { ServiceError } from "../base/errors.ts"
import { cleanJson, cleanText } from "../base/json.ts"
import type { Db } from "./db.ts"
import { sampleBodies, samples } from "./schema/index.ts"

export type SampleRecord = typeof samples.$inferSelect
export type NewSample = Omit<typeof samples.$inferInsert, "seq" | "evaluationId"> & { body: JsonObject }

/**
 * Stores samples after seq `from`, leaving out those that are stored already. The caller holds the lock of the evaluation's row.
 * @returns the samples that were new, with their seq
 */
export async function insertSamples(db: Db, evaluationId: string, from: number, news: NewSample[]): Promise<SampleRecord[]> {
  if (news.length === 0) return []
  const keys = news.map((sample) => sample.dedupeKey)
  const known = await db
    .select({ key: samples.dedupeKey })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), inArray(samples.dedupeKey, keys)))
  const seen = new Set(known.map((row) => row.key))
  const fresh: NewSample[] = []
  for (const sample of news) {
    if (seen.has(sample.dedupeKey)) continue
    seen.add(sample.dedupeKey)
    fresh.push(sample)
  }
  if (fresh.length === 0) return []
  const rows = await db
    .insert(samples)
    .values(
      fresh.map(({ body: _, ...sample }, i) => ({
        ...sample,
        evaluationId,
        seq: from + i + 1,
        exampleId: cleanText(sample.exampleId),
        error: sample.error ? cleanText(sample.error) : null,
        promptPreview: cleanText(sample.promptPreview),
        completionPreview: cleanText(sample.completionPreview),
        problems: sample.problems ? cleanJson(sample.problems) : null,
        metrics: cleanJson(sample.metrics),
      })),
    )
    .returning()
  await db.insert(sampleBodies).values(fresh.map((sample) => ({ sampleId: sample.id, body: cleanJson(sample.body) })))
  return rows
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

/** Whole samples in the order of storing, `skip` from the start. */
export async function listSampleBodies(db: Db, evaluationId: string, skip: number, limit: number): Promise<JsonObject[]> {
  const rows = await db
    .select({ body: sampleBodies.body })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .where(and(eq(samples.evaluationId, evaluationId), gt(samples.seq, skip), lte(samples.seq, skip + limit)))
    .orderBy(asc(samples.seq))
  return rows.map((row) => row.body)
}

/** One sample with its body, and its neighbours in the order of examples. */
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
      .where(and(eq(samples.evaluationId, evaluationId), sql`(${samples.exampleOrder}, ${samples.seq}) ${sql.raw(operator)} ${place}`))
      .orderBy(sql`${samples.exampleOrder} ${sql.raw(direction)}, ${samples.seq} ${sql.raw(direction)}`)
      .limit(1)
    return found?.id ?? null
  }
  return { ...row, previousId: await neighbour("<", "desc"), nextId: await neighbour(">", "asc") }
}

/** How many samples of a run share a class, the first of each as an example; the largest group first. */
export async function listErrorGroups(db: Db, evaluationId: string): Promise<{ count: number; first: SampleRecord }[]> {
  const groups = await db
    .select({ count: count(), first: sql<number>`min(${samples.seq})` })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), isNotNull(samples.errorClass)))
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
    sql`select distinct json_object_keys(${samples.metrics}) as name from ${samples} where ${samples.evaluationId} = ${evaluationId} order by 1`,
  )
  return found.rows.map((row) => row.name)
}

/** What the statistics need of every sample of a run, in the order of examples. */
export async function listScores(db: Db, evaluationId: string) {
  return db
    .select({ exampleId: samples.exampleId, reward: samples.reward, metrics: samples.metrics, outcome: samples.outcome })
    .from(samples)
    .where(eq(samples.evaluationId, evaluationId))
    .orderBy(asc(samples.exampleOrder), asc(samples.seq))
}

/** The rollouts of a run that are stored, as [example id, rollout index]. */
export async function listStoredRollouts(db: Db, evaluationId: string): Promise<{ exampleId: string; rolloutIndex: number }[]> {
  return db
    .select({ exampleId: samples.exampleId, rolloutIndex: samples.rolloutIndex })
    .from(samples)
    .where(eq(samples.evaluationId, evaluationId))
}

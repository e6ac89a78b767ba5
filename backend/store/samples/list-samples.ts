import { and, count, eq, gt, gte, ilike, inArray, isNotNull, lte, or, type SQL, type SQLWrapper, sql } from "drizzle-orm"
import { comparedCharacters, varyingPart } from "../../../contract/failures/same-error.ts"
import type { ListSampleSummariesQuery } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import type { Db } from "../db.ts"
import { evaluations, samples } from "../schema.ts"
import { listByMetric, type Place } from "./list-by-metric.ts"
import { current, type SampleRecord, sampleFields } from "./sample.ts"

/** The contract's query; only how many and in which order is not left open. */
export type SampleFilter = Partial<ListSampleSummariesQuery>
type SamplesPage = SampleFilter & Pick<ListSampleSummariesQuery, "sort_by" | "sort_order" | "limit">

const metricPrefix = "metric:"

/** As its index has it; a missing reward is the lowest. */
const rewardKey = sql`coalesce(${samples.reward}, '-infinity'::float8)`
const tokens = sql`(${samples.inputTokens} + ${samples.outputTokens})::float8`

const problem = sql`${samples.problems} -> 0`
const sameMessage = sql`regexp_replace(left(${problem} ->> 'message', ${comparedCharacters}), ${varyingPart}, '#', 'gi')`
/** Equal for samples with the same error. */
const errorKey = sql`md5(concat_ws('|', ${samples.errorClass}, ${problem} ->> 'exception', ${problem} ->> 'function', ${sameMessage}))`

const matching = (evaluationId: string, filter: SampleFilter): SQL => {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  return and(
    eq(samples.evaluationId, evaluationId),
    current,
    filter.outcome ? eq(samples.outcome, filter.outcome) : undefined,
    filter.error_class ? eq(samples.errorClass, filter.error_class) : undefined,
    filter.error_group ? and(isNotNull(samples.errorClass), sql`${errorKey} = ${filter.error_group}`) : undefined,
    typeof filter.reward_min === "number" ? gte(rewardKey, filter.reward_min) : undefined,
    typeof filter.reward_max === "number" ? and(isNotNull(samples.reward), lte(rewardKey, filter.reward_max)) : undefined,
    filter.example_id ? eq(samples.exampleId, filter.example_id) : undefined,
    typeof filter.since_seq === "number" ? gt(samples.seq, filter.since_seq) : undefined,
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

/** An infinity stands in for a missing value, so that a cursor can be compared with it: the one that comes last. */
const sortKey = (sortBy: string, order: "asc" | "desc"): SQL => {
  const orLast = (value: SQLWrapper) =>
    order === "asc" ? sql`coalesce(${value}, 'infinity'::float8)` : sql`coalesce(${value}, '-infinity'::float8)`
  if (sortBy === "seq") return sql`${samples.seq}`
  if (sortBy === "example") return sql`${samples.exampleOrder}`
  if (sortBy === "reward") return orLast(samples.reward)
  if (sortBy === "duration") return orLast(samples.durationMs)
  return orLast(tokens)
}

/** A page of samples in the order of a key, after the cursor of the page before. */
export async function listSamples(
  db: Db,
  evaluationId: string,
  { after, limit, sort_by, sort_order, ...filter }: SamplesPage,
): Promise<{ rows: SampleRecord[]; next: string | null; total: number }> {
  const cursor = typeof after === "string" ? readCursor(after) : undefined
  const where = matching(evaluationId, filter)
  const [found, total] = await Promise.all([
    sort_by.startsWith(metricPrefix)
      ? listByMetric(
          db,
          { evaluationId, name: sort_by.slice(metricPrefix.length), matching: where },
          { order: sort_order, after: cursor, count: limit + 1 },
        )
      : listByKey(db, where, { sort_by, sort_order, cursor, count: limit + 1 }),
    countSamples(db, evaluationId, filter),
  ])
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: page.map((row) => row.sample),
    next: found.length > limit && last ? `${last.key}:${last.sample.seq}` : null,
    total,
  }
}

async function listByKey(
  db: Db,
  where: SQL,
  { sort_by, sort_order, cursor, count }: Pick<SamplesPage, "sort_by" | "sort_order"> & { cursor: Place | undefined; count: number },
): Promise<{ sample: SampleRecord; key: string }[]> {
  const key = sortKey(sort_by, sort_order)
  // A number of another type than the column's would keep the index of seq from being used.
  const keyType = sql.raw(sort_by === "example" ? "numeric" : "float8")
  const place = cursor && (sort_by === "seq" ? sql`(${cursor.seq}, ${cursor.seq})` : sql`(${cursor.key}::${keyType}, ${cursor.seq})`)
  const beyond = place && sql`(${key}, ${samples.seq}) ${sql.raw(sort_order === "desc" ? "<" : ">")} ${place}`
  const direction = sql.raw(sort_order)
  return db
    .select({ sample: sampleFields, key: sql<string>`(${key})::text` })
    .from(samples)
    .where(and(where, beyond))
    .orderBy(sql`${key} ${direction}, ${samples.seq} ${direction}`)
    .limit(count)
}

/** How many samples match. Without a filter the run's own row knows, and nothing is counted. */
async function countSamples(db: Db, evaluationId: string, filter: SampleFilter): Promise<number> {
  const isFiltered = Object.values(filter).some((value) => value !== null && value !== undefined && value !== "")
  const [total] = isFiltered
    ? await db.select({ count: count() }).from(samples).where(matching(evaluationId, filter))
    : await db.select({ count: evaluations.samplesDone }).from(evaluations).where(eq(evaluations.id, evaluationId))
  return total?.count ?? 0
}

function readCursor(text: string): Place {
  const match = /^(-?(?:Infinity|\d+(?:\.\d+)?(?:e[+-]?\d+)?)):(\d{1,9})$/i.exec(text)
  const key = Number(match?.[1])
  // Postgres refuses numbers that no double is near to.
  if (!match || (Math.abs(key) === Number.POSITIVE_INFINITY) !== /inf/i.test(text))
    throw new ServiceError("invalid", "after is not the `next` of an earlier page", [
      { path: ["after"], message: "is not the `next` of an earlier page" },
    ])
  // An integer keeps all of its digits; what else is as small as no double is zero.
  return { key: /^-?\d+$/.test(match[1] as string) ? (match[1] as string) : String(key), seq: Number(match[2]) }
}

const groupsOfClassMax = 20

interface ErrorGroupRow {
  /** Null where the rare errors of a class are taken together. */
  key: string | null
  count: number
  first: SampleRecord
}

/** How many samples of a run have the same error, the first of each as an example; the largest group first. */
export async function listErrorGroups(db: Db, evaluationId: string): Promise<ErrorGroupRow[]> {
  const { rows: groups } = await db.execute<{ key: string | null; count: number; first: number }>(sql`
    with errors as (
      select ${samples.errorClass} as class, ${samples.seq} as seq, ${errorKey} as key from ${samples}
      where ${samples.evaluationId} = ${evaluationId} and ${current} and ${samples.errorClass} is not null
    ), alike as (
      select class, key, count(*) as size, min(seq) as first from errors group by class, key
    ), ranked as (
      select *, row_number() over (partition by class order by size desc, first) <= ${groupsOfClassMax} as frequent from alike
    )
    select case when frequent then key end as key, sum(size)::int as count, min(first)::int as first from ranked
    group by class, case when frequent then key end`)
  if (groups.length === 0) return []
  const firsts = await db
    .select(sampleFields)
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
    .flatMap(({ first, ...group }) => firsts.filter((sample) => sample.seq === first).map((sample) => ({ ...group, first: sample })))
    .sort((a, b) => b.count - a.count || a.first.seq - b.first.seq)
}

/** Names of all metrics that any sample of a run has. */
export async function listMetricNames(db: Db, evaluationId: string): Promise<string[]> {
  const found = await db.execute<{ name: string }>(
    sql`select distinct json_object_keys(${samples.metrics}) as name from ${samples} where ${samples.evaluationId} = ${evaluationId} and ${current} order by 1`,
  )
  return found.rows.map((row) => row.name)
}

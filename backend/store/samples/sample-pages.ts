import { and, type SQL, type SQLWrapper, sql } from "drizzle-orm"
import { ServiceError } from "../../base/errors.ts"
import type { Db } from "../db.ts"
import { drawKey, samples } from "../schema.ts"
import { indexedNameMax, listByMetric, type Place } from "./list-by-metric.ts"
import { type SampleRecord, sampleFields } from "./sample.ts"
import type { SamplesPage } from "./sample-filter.ts"

const metricPrefix = "metric:"
/** Of the keys that are no float8: one of another type than the key's would keep the index from being used. */
const keyTypes: Readonly<Record<string, string>> = { example: "numeric", draw: "bigint" }
const tokens = sql`(${samples.inputTokens} + ${samples.outputTokens})::float8`

/** An infinity stands in for a missing value, so that a cursor can be compared with it: the one that comes last. */
const sortKey = (sortBy: string, order: "asc" | "desc"): SQL => {
  const orLast = (value: SQLWrapper) =>
    order === "asc" ? sql`coalesce(${value}, 'infinity'::float8)` : sql`coalesce(${value}, '-infinity'::float8)`
  if (sortBy === "seq") return sql`${samples.seq}`
  if (sortBy === "example") return sql`${samples.exampleOrder}`
  if (sortBy === "draw") return drawKey(samples.id)
  if (sortBy === "reward") return orLast(samples.reward)
  if (sortBy === "duration") return orLast(samples.durationMs)
  if (sortBy === "tokens") return orLast(tokens)
  const name = sortBy.slice(metricPrefix.length)
  return orLast(sql`case json_typeof(${samples.metrics} -> ${name}) when 'number' then (${samples.metrics} ->> ${name})::float8 end`)
}

/** The key of an order, its direction as SQL, and the test for what comes after a cursor. */
export function orderOf({ sort_by, sort_order, after }: Pick<SamplesPage, "sort_by" | "sort_order" | "after">): {
  key: SQL
  by: SQL
  beyond: SQL | undefined
} {
  const key = sortKey(sort_by, sort_order)
  const cursor = typeof after === "string" ? readCursor(after) : undefined
  // A number of another type than the column's would keep the index of seq from being used.
  const keyType = sql.raw(keyTypes[sort_by] ?? "float8")
  const place = cursor && (sort_by === "seq" ? sql`(${cursor.seq}, ${cursor.seq})` : sql`(${cursor.key}::${keyType}, ${cursor.seq})`)
  const direction = sql.raw(sort_order)
  return {
    key,
    by: sql`${key} ${direction}, ${samples.seq} ${direction}`,
    beyond: place && sql`(${key}, ${samples.seq}) ${sql.raw(sort_order === "desc" ? "<" : ">")} ${place}`,
  }
}

/** The cursor behind a row. */
export const cursorAfter = ({ key, seq }: { key: string; seq: number }): string => `${key}:${seq}`

/** Samples of a run that fit a condition, in the order of a key after the cursor of the page before. */
export async function readPage(
  db: Db,
  evaluationId: string,
  where: SQL,
  page: SamplesPage,
): Promise<{ rows: SampleRecord[]; next: string | null }> {
  const count = page.limit + 1
  const metric = page.sort_by.startsWith(metricPrefix) ? page.sort_by.slice(metricPrefix.length) : null
  const found =
    metric !== null && metric.length <= indexedNameMax
      ? await listByMetric(
          db,
          { evaluationId, name: metric, matching: where },
          { order: page.sort_order, after: typeof page.after === "string" ? readCursor(page.after) : undefined, count },
        )
      : await listByKey(db, where, page, count)
  const rows = found.slice(0, page.limit)
  const last = rows.at(-1)
  return {
    rows: rows.map((row) => row.sample),
    next: found.length > page.limit && last ? cursorAfter({ key: last.key, seq: last.sample.seq }) : null,
  }
}

function listByKey(db: Db, where: SQL, page: SamplesPage, count: number): Promise<{ sample: SampleRecord; key: string }[]> {
  const { key, by, beyond } = orderOf(page)
  return db
    .select({ sample: sampleFields, key: sql<string>`(${key})::text` })
    .from(samples)
    .where(and(where, beyond))
    .orderBy(by)
    .limit(count)
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

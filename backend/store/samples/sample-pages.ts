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

/** Keys that every sample has. */
const certain: Readonly<Record<string, SQL>> = {
  seq: sql`${samples.seq}`,
  example: sql`${samples.exampleOrder}`,
  draw: drawKey(samples.id),
}
/** Values that may be missing. */
const valued: Readonly<Record<string, SQLWrapper>> = { reward: samples.reward, duration: samples.durationMs, tokens }
/** Stands in for a missing value, so that a cursor can be compared with it. */
const none = sql`'-infinity'::float8`

function sortKey(sortBy: string): SQL {
  const name = sortBy.slice(metricPrefix.length)
  const value =
    valued[sortBy] ?? sql`case json_typeof(${samples.metrics} -> ${name}) when 'number' then (${samples.metrics} ->> ${name})::float8 end`
  return certain[sortBy] ?? sql`coalesce(${value}, ${none})`
}

/**
 * The key of an order, its direction as SQL, and what comes after a cursor, in parts of which each comes behind the one before: missing values come last in
 * both directions, and stand at one end of the index that serves both.
 */
export function orderOf({ sort_by, sort_order, after }: Pick<SamplesPage, "sort_by" | "sort_order" | "after">): {
  key: SQL
  by: SQL
  parts: (SQL | undefined)[]
} {
  const key = sortKey(sort_by)
  const cursor = typeof after === "string" ? readCursor(after) : undefined
  const mayMiss = !Object.hasOwn(certain, sort_by)
  const isAmongMissing = mayMiss && cursor !== undefined && /Infinity/.test(cursor.key)
  // A number of another type than the column's would keep the index of seq from being used.
  const keyType = sql.raw(keyTypes[sort_by] ?? "float8")
  const reached = isAmongMissing ? none : sql`${cursor?.key}::${keyType}`
  const place = cursor && (sort_by === "seq" ? sql`(${cursor.seq}, ${cursor.seq})` : sql`(${reached}, ${cursor.seq})`)
  const direction = sql.raw(sort_order)
  const beyond = place && sql`(${key}, ${samples.seq}) ${sql.raw(sort_order === "desc" ? "<" : ">")} ${place}`
  const by = sql`${key} ${direction}, ${samples.seq} ${direction}`
  if (sort_order === "desc" || !mayMiss) return { key, by, parts: [beyond] }
  const isMissing = sql`${key} = ${none}`
  if (isAmongMissing) return { key, by, parts: [and(isMissing, beyond)] }
  return { key, by, parts: [and(sql`${key} > ${none}`, beyond), isMissing] }
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

async function listByKey(db: Db, where: SQL, page: SamplesPage, count: number): Promise<{ sample: SampleRecord; key: string }[]> {
  const { key, by, parts } = orderOf(page)
  const found: { sample: SampleRecord; key: string }[] = []
  for (const part of parts) {
    if (found.length === count) break
    const more = await db
      .select({ sample: sampleFields, key: sql<string>`(${key})::text` })
      .from(samples)
      .where(and(where, part))
      .orderBy(by)
      .limit(count - found.length)
    found.push(...more)
  }
  return found
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

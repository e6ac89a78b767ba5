import { and, eq, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { sampleMetrics, samples } from "../schema.ts"
import { type SampleRecord, sampleFields } from "./sample.ts"

/** An index entry has an end: longer names are looked for in the samples themselves. */
export const indexedNameMax = 500

/** Where a page of samples ended. */
export interface Place {
  /** What it is sorted by, or the infinity that stands for a missing value. */
  key: string
  seq: number
}

/**
 * At most `count` samples in the order of a metric, those without a number for it last. The first come in the order of the narrow
 * table's key, so that a page reads as many samples as it shows.
 */
export async function listByMetric(
  db: Db,
  { evaluationId, name, matching }: { evaluationId: string; name: string; matching: SQL },
  { order, after, count }: { order: "asc" | "desc"; after: Place | undefined; count: number },
): Promise<{ sample: SampleRecord; key: string }[]> {
  const direction = sql.raw(order)
  const beyond = sql.raw(order === "desc" ? "<" : ">")
  const missing = order === "asc" ? "Infinity" : "-Infinity"
  const isAmongMissing = after?.key === missing
  const valued = isAmongMissing
    ? []
    : await db
        .select({ sample: sampleFields, key: sql<string>`${sampleMetrics.value}::text` })
        .from(sampleMetrics)
        .innerJoin(samples, and(eq(samples.evaluationId, sampleMetrics.evaluationId), eq(samples.seq, sampleMetrics.seq)))
        .where(
          and(
            eq(sampleMetrics.evaluationId, evaluationId),
            eq(sampleMetrics.name, name),
            matching,
            after && sql`(${sampleMetrics.value}, ${sampleMetrics.seq}) ${beyond} (${after.key}::float8, ${after.seq}::int)`,
          ),
        )
        .orderBy(sql`${sampleMetrics.value} ${direction}, ${sampleMetrics.seq} ${direction}`)
        .limit(count)
  if (valued.length === count) return valued
  const others = await db
    .select({ sample: sampleFields })
    .from(samples)
    .where(
      and(
        matching,
        sql`json_typeof(${samples.metrics} -> ${name}) is distinct from 'number'`,
        isAmongMissing ? sql`${samples.seq} ${beyond} ${after.seq}` : undefined,
      ),
    )
    .orderBy(sql`${samples.seq} ${direction}`)
    .limit(count - valued.length)
  return [...valued, ...others.map(({ sample }) => ({ sample, key: missing }))]
}

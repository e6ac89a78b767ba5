import { and, asc, eq, gt, lte, sql } from "drizzle-orm"
import type { JsonObject } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { sampleBodies, samples } from "../schema.ts"
import { bodyFields, toBodies } from "./body-of-traces.ts"
import { current, type SampleRecord, sampleFields } from "./sample.ts"

/**
 * Whole samples in the order of storing, `skip` from the start.
 * @param isDense no sample of the run was superseded: then a place in the order is a seq, and far pages are as quick as near ones
 */
export async function listSampleBodies(db: Db, evaluationId: string, isDense: boolean, skip: number, limit: number): Promise<JsonObject[]> {
  const query = db.select(bodyFields).from(samples).innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id)).$dynamic()
  const ofRun = and(eq(samples.evaluationId, evaluationId), current)
  const rows = isDense
    ? await query.where(and(ofRun, gt(samples.seq, skip), lte(samples.seq, skip + limit))).orderBy(asc(samples.seq))
    : await query.where(ofRun).orderBy(asc(samples.seq)).offset(skip).limit(limit)
  return toBodies(db, rows)
}

/** Samples with what is stored of their bodies in the order of storing, after seq `after`. */
const listStoredSamplesAfter = (db: Db, evaluationId: string, after: number, limit: number) =>
  db
    .select({ sample: sampleFields, stored: bodyFields })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .where(and(eq(samples.evaluationId, evaluationId), current, gt(samples.seq, after)))
    .orderBy(asc(samples.seq))
    .limit(limit)

/** Whole samples may be megabytes each, so few are read at once. */
const bodiesPerRead = 20

/** The first `most` stored samples of a run with what is stored of their bodies, in the order of storing, a few at a time. */
export async function* eachStoredPage(db: Db, evaluationId: string, most: number) {
  for (let after = 0, left = most; left > 0; ) {
    const rows = await listStoredSamplesAfter(db, evaluationId, after, Math.min(bodiesPerRead, left))
    yield rows
    if (rows.length === 0) return
    after = rows.at(-1)?.sample.seq ?? after
    left -= rows.length
  }
}

/** The same samples one by one, with their bodies. */
export async function* eachStoredSample(
  db: Db,
  evaluationId: string,
  most: number,
): AsyncGenerator<{ sample: SampleRecord; body: JsonObject }> {
  for await (const rows of eachStoredPage(db, evaluationId, most)) {
    const bodies = await toBodies(
      db,
      rows.map(({ stored }) => stored),
    )
    for (const [i, { sample }] of rows.entries()) yield { sample, body: bodies[i] ?? {} }
  }
}

/** One sample with its body, its neighbours in the order of examples, and all samples of its rollout, itself among them. */
export async function findSample(db: Db, evaluationId: string, sampleId: string) {
  const [row] = await db
    .select({ sample: sampleFields, stored: bodyFields })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .where(and(eq(samples.evaluationId, evaluationId), eq(samples.id, sampleId)))
  if (!row) return undefined
  const place = sql`(${row.sample.exampleOrder}::numeric, ${row.sample.seq})`
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
    .select(sampleFields)
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), eq(samples.dedupeKey, row.sample.dedupeKey), samples.superseded))
    .unionAll(
      db
        .select(sampleFields)
        .from(samples)
        .where(and(eq(samples.evaluationId, evaluationId), eq(samples.dedupeKey, row.sample.dedupeKey), current)),
    )
  const [body = {}] = await toBodies(db, [row.stored])
  return {
    sample: row.sample,
    body,
    previousId: await neighbour("<", "desc"),
    nextId: await neighbour(">", "asc"),
    sameRollout: sameRollout.sort((a, b) => a.seq - b.seq),
  }
}

import { and, asc, eq, gt, inArray, sql } from "drizzle-orm"
import type { JsonObject } from "../../../contract/index.ts"
import { shownTexts } from "../../../contract/samples/shown-texts.ts"
import type { Db } from "../db.ts"
import { sampleTextProgress as progress, type SampleSpot, sampleBodies, samples, sampleTexts } from "../schema.ts"
import { type TextBlock, textBlocks } from "../search/text-blocks.ts"
import { toBodies, traceBytes } from "./body-of-traces.ts"
import { current } from "./sample.ts"

/** About a fifth of a second of work for the index. */
const samplesAtOnce = 100
const charactersAtOnce = 2_000_000

/** The texts of a sample in blocks of the index. */
export const sampleBlocks = (row: JsonObject): TextBlock<SampleSpot>[] =>
  textBlocks(shownTexts(row).map(({ text, kind, message }, n) => ({ text, spot: [n, kind, message] })))

/** Notes that the run has samples up to seq `due` whose texts are to be stored. */
export async function demandSampleTexts(db: Db, evaluationId: string, due: number): Promise<void> {
  await db
    .insert(progress)
    .values({ evaluationId, due })
    .onConflictDoUpdate({ target: progress.evaluationId, set: { due: sql`greatest(${progress.due}, excluded.due)` } })
}

/** The last seq of a run, and how many samples up to it are still without texts. */
export async function countWaitingSamples(db: Db, evaluationId: string): Promise<{ last: number; waiting: number }> {
  const { rows } = await db.execute<{ last: number; stored: number }>(sql`
    select coalesce((select max(seq) from samples where evaluation_id = ${evaluationId}), 0) as last,
      coalesce((select seq from sample_text_progress where evaluation_id = ${evaluationId}), 0) as stored`)
  const { last = 0, stored = 0 } = rows[0] ?? {}
  return { last, waiting: Math.max(0, last - stored) }
}

/** A run with texts that are to be stored. */
export async function findTextDemand(db: Db): Promise<string | undefined> {
  const [row] = await db.select({ id: progress.evaluationId }).from(progress).where(sql`seq < due or log_line < log_due`).limit(1)
  return row?.id
}

export async function deleteSampleTexts(db: Db, sampleIds: string[]): Promise<void> {
  await db.delete(sampleTexts).where(inArray(sampleTexts.sampleId, sampleIds))
}

/**
 * Stores the texts of the next samples of a run: a bounded number of them, in a transaction of its own. Who stores those of the same run
 * at the same time waits.
 * @returns whether all are stored
 */
export async function storeSampleTexts(db: Db, evaluationId: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`sample texts of ${evaluationId}`}, 0))`)
    const [at] = await tx.select().from(progress).where(eq(progress.evaluationId, evaluationId))
    if (!at || at.seq >= at.due) return true
    const found = await nextSamples(tx, evaluationId, at.seq)
    await insertTexts(tx, evaluationId, found)
    const seq = found.at(-1)?.seq ?? at.due
    await tx.update(progress).set({ seq }).where(eq(progress.evaluationId, evaluationId))
    return seq >= at.due
  })
}

async function insertTexts(db: Db, evaluationId: string, found: { id: string; body: JsonObject | null }[]): Promise<void> {
  const rows = found.flatMap(({ id, body }) =>
    body ? sampleBlocks(body).map((block, place) => ({ sample_id: id, place, evaluation_id: evaluationId, ...block })) : [],
  )
  // Samples that were deleted in the meantime are left out; the others cannot be, until their texts are there.
  await db.execute(sql`
    insert into sample_texts (sample_id, place, evaluation_id, owner, text, shown, spots)
    select t.sample_id, t.place, t.evaluation_id, coalesce(e.team_id, e.user_id), t.text, t.shown, t.spots
    from json_populate_recordset(null::sample_texts, ${JSON.stringify(rows)}::json) t
    join samples s on s.id = t.sample_id join evaluations e on e.id = s.evaluation_id for key share of s
    on conflict do nothing`)
}

/** Stores the texts of a sample anew, after a part of it was deleted. */
export async function replaceSampleTexts(db: Db, evaluationId: string, sampleId: string): Promise<void> {
  await deleteSampleTexts(db, [sampleId])
  const stored = await db.select().from(sampleBodies).where(eq(sampleBodies.sampleId, sampleId))
  const [body = null] = await toBodies(db, stored)
  await insertTexts(db, evaluationId, [{ id: sampleId, body }])
}

/** Up to a hundred samples after a seq, fewer where they are very large; superseded ones come without their body. */
async function nextSamples(db: Db, evaluationId: string, after: number): Promise<{ id: string; seq: number; body: JsonObject | null }[]> {
  const sizes = await db
    .select({
      id: samples.id,
      seq: samples.seq,
      isCurrent: sql<boolean>`${current}`,
      size: sql<number>`pg_column_size(${sampleBodies.body})`,
      episodeKey: sampleBodies.episodeKey,
      traceKey: sampleBodies.traceKey,
    })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .where(and(eq(samples.evaluationId, evaluationId), gt(samples.seq, after)))
    .orderBy(asc(samples.seq))
    .limit(samplesAtOnce)
  const ofTraces = await traceBytes(db, sizes)
  let characters = 0
  const taken = sizes.filter(({ size }, i) => {
    characters += size + (ofTraces[i] ?? 0)
    return i === 0 || characters <= charactersAtOnce
  })
  const wanted = taken.filter(({ isCurrent }) => isCurrent).map(({ id }) => id)
  const stored = wanted.length === 0 ? [] : await db.select().from(sampleBodies).where(inArray(sampleBodies.sampleId, wanted))
  const bodies = await toBodies(db, stored)
  const bodyOf = new Map(stored.map(({ sampleId }, i) => [sampleId, bodies[i] ?? {}]))
  return taken.map(({ id, seq }) => ({ id, seq, body: bodyOf.get(id) ?? null }))
}

import { and, asc, desc, eq, gt, inArray, sql } from "drizzle-orm"
import { type JsonObject, sampleNodesMax } from "../../../contract/index.ts"
import { type ShownText, shownTexts, textsBesideMessages, textsOfMessages } from "../../../contract/samples/shown-texts.ts"
import type { Db } from "../db.ts"
import { sampleTextProgress as progress, type SampleSpot, sampleBodies, samples, sampleTexts } from "../schema.ts"
import { type TextBlock, textBlocks } from "../search/text-blocks.ts"
import { toBodies, traceBytes } from "./body-of-traces.ts"
import { current } from "./sample.ts"
import { hasSampleNodes, nodeSource, readSampleNodes } from "./sample-nodes.ts"

/** About a fifth of a second of work for the index. */
const samplesAtOnce = 100
const charactersAtOnce = 2_000_000

/** Messages of a large sample: those that its page shows together, where answers to calls stand below them. */
const messagesAtOnce = 100

const blocksOf = (texts: readonly ShownText[], first = 0): TextBlock<SampleSpot>[] =>
  textBlocks(texts.map(({ text, kind, message }, n) => ({ text, spot: [first + n, kind, message] })))

/** Notes that the run has samples up to seq `due` whose texts are to be stored. */
export const demandSampleTexts = (db: Db, evaluationId: string, due: number) =>
  db
    .insert(progress)
    .values({ evaluationId, due })
    .onConflictDoUpdate({ target: progress.evaluationId, set: { due: sql`greatest(${progress.due}, excluded.due)` } })

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
    const [first] = found
    const left = first?.source ? await storeMessageTexts(tx, evaluationId, { ...first, source: first.source }, at.node) : null
    if (left === null)
      await insertTexts(
        tx,
        evaluationId,
        found.flatMap(({ id, body, source }) => (body && !source ? [{ id, blocks: blocksOf(shownTexts(body)) }] : [])),
      )
    const seq = left === null ? (found.at(-1)?.seq ?? at.due) : at.seq
    await tx
      .update(progress)
      .set({ seq, node: left ?? 0 })
      .where(eq(progress.evaluationId, evaluationId))
    return seq >= at.due
  })
}

/**
 * Stores the texts of the next messages of a sample that is stored in nodes, behind those of its row that are in no message.
 * @param from how many of its messages are done
 * @returns how many are done by now; null when all of them are
 */
async function storeMessageTexts(
  db: Db,
  evaluationId: string,
  { id, source, body }: { id: string; source: string; body: JsonObject | null },
  from: number,
): Promise<number | null> {
  // It was done again, and its texts are not to be found.
  if (!body) return null
  // The border of what its page shows together; fewer where that is more than is read at once.
  const limit = messagesAtOnce - (from % messagesAtOnce)
  const nodes = await readSampleNodes(db, [evaluationId, source, "messages"], { from, limit, bytesMax: sampleNodesMax.bytes })
  const ofRow = from > 0 ? [] : nodes.length === 0 ? shownTexts(body) : textsBesideMessages(body)
  const texts = [
    ...ofRow,
    ...textsOfMessages(
      nodes.map(({ value }) => value),
      from,
    ),
  ]
  const [last] = await db
    .select({ place: sampleTexts.place, spots: sampleTexts.spots })
    .from(sampleTexts)
    .where(eq(sampleTexts.sampleId, id))
    .orderBy(desc(sampleTexts.place))
    .limit(1)
  const blocks = blocksOf(texts, last ? (last.spots.at(-1)?.[0] ?? 0) + 1 : 0)
  await insertTexts(db, evaluationId, [{ id, blocks }], last ? last.place + 1 : 0)
  return nodes.length === 0 ? null : from + nodes.length
}

/** @param first the place of the first block */
async function insertTexts(
  db: Db,
  evaluationId: string,
  found: { id: string; blocks: TextBlock<SampleSpot>[] }[],
  first = 0,
): Promise<void> {
  const rows = found.flatMap(({ id, blocks }) =>
    blocks.map((block, i) => ({ sample_id: id, place: first + i, evaluation_id: evaluationId, ...block })),
  )
  if (rows.length === 0) return
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
  const [body] = await toBodies(db, stored)
  if (body) await insertTexts(db, evaluationId, [{ id: sampleId, blocks: blocksOf(shownTexts(body)) }])
}

interface NextSample {
  id: string
  seq: number
  /** Null for one that was done again. */
  body: JsonObject | null
  /** Where its messages are, of one that is stored in nodes. It comes first, and alone. */
  source: string | null
}

/** Up to a hundred samples after a seq, fewer where they are very large. */
async function nextSamples(db: Db, evaluationId: string, after: number): Promise<NextSample[]> {
  const source = (await hasSampleNodes(db, evaluationId)) ? nodeSource : sql<null>`null`
  const sizes = await db
    .select({
      id: samples.id,
      seq: samples.seq,
      isCurrent: sql<boolean>`${current}`,
      size: sql<number>`pg_column_size(${sampleBodies.body})`,
      episodeKey: sampleBodies.episodeKey,
      traceKey: sampleBodies.traceKey,
      source,
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
    return i === 0 || (characters <= charactersAtOnce && !sizes.slice(0, i + 1).some((one) => one.source !== null))
  })
  const wanted = taken.filter(({ isCurrent }) => isCurrent).map(({ id }) => id)
  const stored = wanted.length === 0 ? [] : await db.select().from(sampleBodies).where(inArray(sampleBodies.sampleId, wanted))
  const bodies = await toBodies(db, stored)
  const bodyOf = new Map(stored.map(({ sampleId }, i) => [sampleId, bodies[i] ?? {}]))
  return taken.map(({ id, seq, source: of }) => ({ id, seq, body: bodyOf.get(id) ?? null, source: of }))
}

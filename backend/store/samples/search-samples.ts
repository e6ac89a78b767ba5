import { and, count, inArray, type SQL, sql } from "drizzle-orm"
import type { SearchScope } from "../../../contract/index.ts"
import { askIndex, boundedSearch } from "../bounded-search.ts"
import type { Db } from "../db.ts"
import { samples } from "../schema.ts"
import { type BlockTest, blockTest } from "./block-test.ts"
import { type SampleRecord, sampleFields } from "./sample.ts"
import { filterOf, matching, type SamplesPage } from "./sample-filter.ts"
import { cursorAfter, orderOf, readPage } from "./sample-pages.ts"
import { countWaitingSamples, demandSampleTexts, storeSampleTexts } from "./sample-texts.ts"

export interface FoundSamples {
  rows: SampleRecord[]
  next: string | null
  /** How many match; null for all of the run, which its row knows. */
  total: number | null
  /** What the search of this answer covered; null where nothing was searched. */
  scope: SearchScope | null
}

/** More samples than that are not collected: the text is then frequent, and a page of it is found quickly by looking through them. */
const hitsMax = 500
/**
 * In a run of more samples some are looked through before the index is asked: it collects all that have a text before it names one, a millisecond
 * for each three thousand, and for a text that stands in each twentieth of them it would only tell that there are too many.
 */
const fewSamples = 10_000
const frequentShare = 1 / 20
/** What one answer looks through at most, first, and at once: a hundredth of a second for each two hundred samples of 7 KB. */
const lookedThroughMax = 2000
const lookedThroughFirst = 200
const lookedThroughAtOnce = 1000
/** How long a search waits for texts that are not stored yet. */
const patienceMs = 1000
/** Blocks of texts that one step looks through, and as many of a single sample: some hundredths of a second. A usual sample has one. */
const blocksAtOnce = 4000
const indexMs = 500
const stepMs = 5000
/** How long an answer goes on to look through samples. */
const lookMs = 1000

/**
 * Samples whose texts match a search, a page of them: out of the index where that leaves few, else by looking through a bounded number of
 * samples in the order of the list.
 * @throws ServiceError invalid for a regular expression that is none, or that takes too long
 */
export async function searchSamples(db: Db, evaluationId: string, search: string, page: SamplesPage): Promise<FoundSamples> {
  const test = await blockTest(db, search, page.search_mode ?? "text")
  const { waiting, last } = await storeWaitingTexts(db, evaluationId)
  const filter = filterOf(page)
  const where = matching(evaluationId, filter ?? {})
  const look = newLook(page)
  if (last > fewSamples) await lookOn(db, where, test, page, look)
  const isFrequent = look.hits.length > look.lookedThrough * frequentShare
  const hits = isFrequent ? null : test.narrow && (await findHits(db, evaluationId, test, test.narrow))
  if (hits && hits.length <= hitsMax) {
    const found = and(where, sql`${samples.id} = any(${sql.param(hits)}::text[])`) as SQL
    const [total] = await db.select({ count: count() }).from(samples).where(found)
    const rest = await readPage(db, evaluationId, found, page)
    return { ...rest, total: total?.count ?? 0, scope: { looked_through: null, cut_short: 0, waiting, total_is_least: false } }
  }
  const end = performance.now() + lookMs
  const mayGoOn = () => look.lookedThrough === 0 || (look.lookedThrough < lookedThroughMax && performance.now() < end)
  while (!look.isDone && mayGoOn()) await lookOn(db, where, test, page, look)
  const rows = await readSamples(db, look.hits)
  return {
    rows,
    next: look.next,
    total: hits && !filter ? hits.length - 1 : rows.length,
    scope: {
      looked_through: look.next === null ? null : look.lookedThrough,
      cut_short: look.cutShort,
      waiting,
      total_is_least: look.next !== null || look.cutShort > 0,
    },
  }
}

/** Stores texts of samples that came lately, as long as that is quick. @returns how many are left to the worker, and the last sample's number */
async function storeWaitingTexts(db: Db, evaluationId: string): Promise<{ waiting: number; last: number }> {
  const known = await countWaitingSamples(db, evaluationId)
  if (known.waiting === 0) return known
  await demandSampleTexts(db, evaluationId, known.last)
  for (const end = performance.now() + patienceMs; performance.now() < end; )
    if (await storeSampleTexts(db, evaluationId)) return { ...known, waiting: 0 }
  return countWaitingSamples(db, evaluationId)
}

/** Ids of the samples that match, or the first that come when they are too many; null where the index cannot tell them quickly. */
async function findHits(db: Db, evaluationId: string, test: BlockTest, narrow: SQL): Promise<string[] | null> {
  const rows = await askIndex(db, indexMs, async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      select t.sample_id as id from sample_texts t where t.evaluation_id = ${evaluationId} and ${narrow} and ${test.matches}
      limit ${hitsMax + 1}`)
    return rows
  })
  if (rows === null) return null
  const named = await db
    .select({ id: samples.id })
    .from(samples)
    .where(and(matching(evaluationId, { example_id: test.exampleId })))
    .limit(hitsMax + 1)
  const ids = [...new Set([...rows, ...named].map(({ id }) => id))]
  // Blocks of the same samples may have filled the answer.
  return rows.length > hitsMax && ids.length <= hitsMax ? null : ids
}

/** How far one answer has looked through samples in the order of the list. */
interface Look {
  hits: string[]
  lookedThrough: number
  /** Samples of which not every text was looked at. */
  cutShort: number
  next: string | null
  /** Whether the page is full or no sample is left. */
  isDone: boolean
}

const newLook = (page: SamplesPage): Look => ({ hits: [], lookedThrough: 0, cutShort: 0, next: page.after ?? null, isDone: false })

/** Looks through the next samples: as many as are expected to fill the page. */
async function lookOn(db: Db, where: SQL, test: BlockTest, page: SamplesPage, look: Look): Promise<void> {
  const missing = page.limit - look.hits.length
  const expected = look.lookedThrough === 0 ? lookedThroughFirst : Math.ceil((missing * look.lookedThrough) / look.hits.length)
  const most = Math.min(lookedThroughAtOnce, lookedThroughMax - look.lookedThrough, Math.max(lookedThroughFirst, expected))
  const step = await lookThroughStep(db, where, test, { ...page, after: look.next ?? undefined }, most)
  look.next = null
  for (const [i, row] of step.entries()) {
    look.lookedThrough++
    if (row.hit) look.hits.push(row.id)
    else if (row.cut) look.cutShort++
    const isLast = i === step.length - 1 && (row.total > step.length || row.total === most)
    if (isLast || look.hits.length === page.limit) {
      look.next = cursorAfter(row)
      break
    }
  }
  look.isDone = look.next === null || look.hits.length === page.limit
}

/** The samples of these ids, in their order. */
async function readSamples(db: Db, ids: string[]): Promise<SampleRecord[]> {
  const records = ids.length === 0 ? [] : await db.select(sampleFields).from(samples).where(inArray(samples.id, ids))
  const byId = new Map(records.map((record) => [record.id, record]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** The next samples, at most so many, and as many as have no more texts together than one step looks through. */
async function lookThroughStep(db: Db, where: SQL, test: BlockTest, page: SamplesPage, most: number) {
  const { key, by, parts } = orderOf(page)
  const direction = sql.raw(page.sort_order)
  const next = parts.map(
    (part, i) => sql`(
      select ${sql.raw(String(i))} as part, ${samples.id} as id, ${samples.seq} as seq, ${key} as key, ${samples.exampleId} = ${test.exampleId} as named
      from ${samples} where ${and(where, part)} order by ${by} limit ${most})`,
  )
  const order = sql`s.part, s.key ${direction}, s.seq ${direction}`
  return boundedSearch(db, stepMs, "search", async (tx) => {
    const { rows } = await tx.execute<{ id: string; seq: number; key: string; total: number; cut: boolean; hit: boolean }>(sql`
      with step as materialized (
        select * from (${sql.join(next, sql` union all `)}) s order by ${order} limit ${most}
      ), sized as (
        select step.*, coalesce((select place + 1 from sample_texts t where t.sample_id = step.id order by place desc limit 1), 0) as blocks
        from step
      ), counted as materialized (
        select *, count(*) over ()::int as total, blocks > ${blocksAtOnce} as cut,
          sum(least(blocks, ${blocksAtOnce})) over (order by ${order}) - least(blocks, ${blocksAtOnce}) as before
        from sized s
      )
      select s.id, s.seq, s.key::text as key, s.total, s.cut, s.named or exists(
        select from (select * from sample_texts where sample_id = s.id order by place limit ${blocksAtOnce}) t where ${test.matches}) as hit
      from counted s where s.before < ${blocksAtOnce} order by ${order}`)
    return rows
  })
}

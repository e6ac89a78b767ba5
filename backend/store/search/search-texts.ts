import { sql } from "drizzle-orm"
import { boundedSearch } from "../bounded-search.ts"
import type { Db } from "../db.ts"
import type { SampleSpot } from "../schema.ts"
import { beyondAll, listSearchedRuns, type SearchPlace } from "./searched-runs.ts"
import { separator } from "./text-blocks.ts"
import { type FoundBlock, probeIndex, type Search, statementMs, type TextSource } from "./text-sources.ts"

/** One text that matches: in which block, where among the texts, and the first match with what is around it. */
export interface TextHit {
  block: FoundBlock
  spot: SampleSpot | number
  before: string
  match: string
  after: string
}

export interface TextHits {
  hits: TextHit[]
  /** Where to go on; null where nothing comes behind. */
  next: SearchPlace | null
  /** The look ended for its bounds, before the page was full. */
  isPartial: boolean
}

/** How long one answer looks through texts after the first step, and how many it looks at. */
const patienceMs = 150
const blocksMax = 4000
/** A hundredth of a second of work for each two hundred. A frequent text fills its page in the first step. */
const blocksAtFirst = 60
const blocksAtOnce = 400
const aroundCharacters = 120
const matchCharacters = 300

/**
 * Texts that match, a page of them behind a place. A first step looks through the newest; what it does not fill comes out of the index
 * where that leaves few, else by looking further through a bounded part.
 * @throws ServiceError invalid for an expression that takes too long
 */
export async function searchTexts(
  db: Db,
  source: TextSource,
  search: Search,
  behind: SearchPlace | null,
  limit: number,
): Promise<TextHits> {
  return boundedSearch(db, statementMs, "query", async (tx) => {
    const { found, next, isPartial } = await findBlocks(tx, source, search, behind, limit)
    const all = await readHits(tx, source, search, found, behind)
    const hits = all.slice(0, limit)
    const last = hits.at(-1)
    if (all.length > limit && last)
      return { hits, next: { ...placeOf(last.block), place: last.block.place - 1, text: textOf(last) }, isPartial: false }
    const sameSample = (hit: TextHit | undefined) => hit && next && hit.block.runId === next.runId && hit.block.seq === next.seq
    const before = behind && next && behind.runId === next.runId && behind.seq === next.seq ? behind.text : -1
    return { hits, next: next && { ...next, text: last && sameSample(last) ? textOf(last) : before }, isPartial }
  })
}

const textOf = ({ spot }: Pick<TextHit, "spot">): number => (typeof spot === "number" ? spot : spot[0])
const placeOf = ({ createdAt, runId, seq, place }: FoundBlock): SearchPlace => ({ createdAt, runId, seq, place, text: -1 })

interface FoundBlocks {
  found: FoundBlock[]
  next: SearchPlace | null
  isPartial: boolean
}

async function findBlocks(db: Db, source: TextSource, search: Search, behind: SearchPlace | null, limit: number): Promise<FoundBlocks> {
  const found: FoundBlock[] = []
  let at = behind
  let looked = 0
  const end = performance.now() + patienceMs
  const page = (blocks: FoundBlock[]): FoundBlocks => {
    const last = blocks[limit - 1]
    return { found: blocks.slice(0, limit), next: last ? placeOf(last) : null, isPartial: false }
  }
  for await (const step of lookThrough(db, source, search, behind)) {
    found.push(...step.found)
    if (found.length >= limit) return page(found)
    at = step.at
    if (looked === 0 && search.test.narrow) {
      const probed = await probeIndex(db, source, search, search.test.narrow, at)
      if (probed) {
        const all = [...found, ...probed]
        return all.length > limit ? page(all) : { found: all, next: null, isPartial: false }
      }
    }
    looked += blocksAtOnce
    if (looked >= blocksMax || performance.now() > end) return { found, next: at, isPartial: true }
  }
  return { found, next: null, isPartial: false }
}

/** Looks through all texts behind a place, some at a time, in the order of the search. */
async function* lookThrough(db: Db, source: TextSource, search: Search, behind: SearchPlace | null) {
  let at = behind
  let count = blocksAtFirst
  for (;;) {
    let runs = await listSearchedRuns(db, search.viewer, search.filter, at)
    const last = runs.at(-1)
    if (!last) return
    const createdAt = new Map(runs.map((run) => [run.id, run.createdAt]))
    for (let isEnd = false; !isEnd; ) {
      const inFirst = at && at.runId === runs[0]?.id ? at : null
      const step = await source.lookThrough(
        db,
        search,
        runs.map(({ id }) => id),
        inFirst,
        count,
      )
      count = blocksAtOnce
      isEnd = step.isEnd || step.last === null
      const next: SearchPlace =
        isEnd || step.last === null
          ? { createdAt: last.createdAt, runId: last.id, seq: beyondAll, place: beyondAll, text: -1 }
          : { createdAt: createdAt.get(step.last.runId) ?? last.createdAt, text: -1, ...step.last }
      yield { found: step.found.map((block) => ({ ...block, createdAt: createdAt.get(block.runId) ?? last.createdAt })), at: next }
      at = next
      runs = runs.slice(runs.findIndex(({ id }) => id === next.runId))
    }
  }
}

/** The texts in blocks that match, each once, those up to the place's own left out. */
async function readHits(
  db: Db,
  source: TextSource,
  { test }: Search,
  blocks: FoundBlock[],
  behind: SearchPlace | null,
): Promise<TextHit[]> {
  if (blocks.length === 0) return []
  const { start, end } = test.span(sql`x.text`)
  const { rows } = await db.execute<{ nth: number; spot: string; before: string; match: string; after: string }>(sql`
    select b.nth::int - 1 as nth, t.spots -> (x.nth::int - 1) as spot,
      substr(m.shown, greatest(1, m.at - ${aroundCharacters}), m.at - greatest(1, m.at - ${aroundCharacters})) as before,
      substr(m.shown, m.at, least(m.behind - m.at, ${matchCharacters})) as match,
      substr(m.shown, m.behind, ${aroundCharacters}) as after
    from unnest(${sql.param(blocks.map(({ ownerId }) => ownerId))}::text[], ${sql.param(blocks.map(({ place }) => place))}::int[])
      with ordinality b(id, place, nth)
    join ${source.table} t on t.${source.ownerColumn} = b.id and t.place = b.place
    cross join lateral unnest(string_to_array(t.text, ${separator})) with ordinality x(text, nth)
    cross join lateral (select ${start} as at, ${end} as behind, split_part(t.shown, ${separator}, x.nth::int) as shown) m
    where m.at > 0 order by b.nth, x.nth`)
  const hits: TextHit[] = []
  let last = behind
  for (const { nth, spot: written, ...around } of rows) {
    const block = blocks[nth]
    if (!block) continue
    const spot = JSON.parse(written) as TextHit["spot"]
    const text = textOf({ spot })
    // A long text is in several blocks, which overlap.
    if (last && last.runId === block.runId && last.seq === block.seq && text <= last.text) continue
    hits.push({ block, spot, ...around })
    last = { ...placeOf(block), text }
  }
  return hits
}

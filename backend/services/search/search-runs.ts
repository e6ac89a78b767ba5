import * as z from "zod"
import { type SearchHit, type SearchQuery, type SearchResponse, searchedIn } from "../../../contract/index.ts"
import { readCursor, writeCursor } from "../../base/cursor.ts"
import { invalid } from "../../base/errors.ts"
import { blockTest } from "../../store/samples/block-test.ts"
import { findSearched } from "../../store/search/find-searched.ts"
import { searchTexts, type TextHit } from "../../store/search/search-texts.ts"
import type { SearchPlace } from "../../store/search/searched-runs.ts"
import { textSources } from "../../store/search/text-sources.ts"
import { type Context, requireUser } from "../context.ts"
import { storeWaitingTexts } from "./store-waiting-texts.ts"

type SearchedIn = (typeof searchedIn)[number]

/** Where an answer goes on: in samples or logs, and behind which place of them; null for their beginning. */
interface Cursor {
  in: SearchedIn
  behind: SearchPlace | null
}

const WrittenCursor = z.tuple([z.enum(searchedIn), z.string(), z.string(), z.int(), z.int(), z.int()]).or(z.tuple([z.enum(searchedIn)]))

/**
 * Texts that match in the samples and logs of all runs that the caller owns, alone or through a team, newest runs first. The work of one
 * answer is bounded; what it did not reach comes behind its cursor.
 * @throws ServiceError invalid with the field, for an expression that is none or takes too long, and for filters that exclude each other
 */
export async function searchRuns(ctx: Context, query: SearchQuery): Promise<SearchResponse> {
  requireUser(ctx)
  const sources = sourcesOf(query)
  const test = await blockTest(ctx.db, query.query, query.mode, "query")
  const search = { viewer: ctx.viewer, filter: query, test }
  let cursor: Cursor = query.cursor ? toCursor(query.cursor, sources) : { in: sources[0] as SearchedIn, behind: null }
  const waiting = await storeWaitingTexts(ctx.db, ctx.viewer)
  const found: { in: SearchedIn; hit: TextHit }[] = []
  const answer = async (next: Cursor | null, isPartial: boolean): Promise<SearchResponse> => ({
    hits: await toHits(ctx, found),
    next_cursor: next && toText(next),
    partial: isPartial,
    looked_back_to: isPartial && next?.behind ? new Date(next.behind.createdAt).toISOString() : null,
    looking_in: isPartial && next ? next.in : null,
    waiting,
  })
  for (;;) {
    const { hits, next, isPartial } = await searchTexts(ctx.db, textSources[cursor.in], search, cursor.behind, query.limit - found.length)
    found.push(...hits.map((hit) => ({ in: cursor.in, hit })))
    if (next) return answer({ in: cursor.in, behind: next }, isPartial)
    const following = sources[sources.indexOf(cursor.in) + 1]
    if (following === undefined) return answer(null, false)
    cursor = { in: following, behind: null }
    if (found.length >= query.limit) return answer(cursor, false)
  }
}

/** A line of a log has no outcome and no reward. */
function sourcesOf({ in: only, outcome, reward_min, reward_max }: SearchQuery): SearchedIn[] {
  const ofSamples = [outcome, reward_min, reward_max].some((value) => value !== null && value !== undefined)
  if (ofSamples && only === "logs")
    throw invalid(["in"], "is logs, which have no outcome and no reward: leave these filters out, or search in samples")
  return ofSamples ? ["samples"] : only ? [only] : [...searchedIn]
}

const toText = ({ in: source, behind }: Cursor): string =>
  writeCursor([source, ...(behind ? [behind.createdAt, behind.runId, behind.seq, behind.place, behind.text] : [])])

function toCursor(text: string, sources: readonly SearchedIn[]): Cursor {
  const [source, createdAt, runId, seq, place, last] = WrittenCursor.safeParse(readCursor(text)).data ?? []
  if (source === undefined || !sources.includes(source) || (createdAt !== undefined && Number.isNaN(Date.parse(createdAt))))
    throw invalid(["cursor"], "is not the `next_cursor` of an earlier answer to the same search")
  if (createdAt === undefined || runId === undefined || seq === undefined || place === undefined || last === undefined)
    return { in: source, behind: null }
  return { in: source, behind: { createdAt, runId, seq, place, text: last } }
}

async function toHits(ctx: Context, found: { in: SearchedIn; hit: TextHit }[]): Promise<SearchHit[]> {
  const sampleIds = found.flatMap(({ in: source, hit }) => (source === "samples" ? [hit.block.ownerId] : []))
  const { runs, samples } = await findSearched(
    ctx.db,
    found.map(({ hit }) => hit.block.runId),
    sampleIds,
  )
  return found.flatMap(({ hit: { block, spot, ...around } }) => {
    const run = runs.get(block.runId)
    // It was deleted in the meantime.
    if (!run) return []
    const [kind, message] = typeof spot === "number" ? (["log", null] as const) : ([spot[1], spot[2]] as const)
    const line = typeof spot === "number" ? spot : null
    return [{ ...run, sample: samples.get(block.ownerId) ?? null, where: kind, message, line, ...around }]
  })
}

import { parseExact, type SearchRunQuery, type SearchRunResponse, type TraceMatch } from "../../../contract/index.ts"
import { writeCursor } from "../../base/cursor.ts"
import { memberSpans, textOf } from "../../base/json/spans.ts"
import { readPlace } from "../../store/traces/cursors.ts"
import {
  countRunTraces,
  findCandidates,
  listSearchedTraces,
  readMessages,
  type SearchedNode,
  type SearchedTrace,
} from "../../store/traces/search-traces.ts"
import type { Context } from "../context.ts"
import { readerOf } from "./owner.ts"
import { notThere } from "./trace-error.ts"

/** Of documents that one answer reads at most; a page may have fewer matches than asked for, and a cursor. */
const readBytesMax = 32 * 1024 * 1024
const patienceMs = 1500
const excerptMargin = 64

/**
 * Messages of a run's traces that hold a text, letter for letter, in the order of storing. Where the words are in the index of texts only
 * the traces that it names are read.
 * @throws ServiceError when the run has no traces
 */
export async function searchTraceRun(ctx: Context, runId: string, query: SearchRunQuery): Promise<SearchRunResponse> {
  const owner = readerOf(ctx)
  const total = await countRunTraces(ctx.db, owner, runId)
  if (total === 0) throw notThere("run", runId)
  const [fromKey, afterNode] = query.cursor ? readPlace<[number, number]>(query.cursor, ["number", "number"]) : [0, -1]
  const candidates = await findCandidates(ctx.db, runId, query.query)
  const items: TraceMatch[] = []
  const end = performance.now() + patienceMs
  let bytes = 0
  let place: [number, number] = [fromKey, afterNode]
  const answer = (next: [number, number] | null): SearchRunResponse => ({
    items,
    next_cursor: next && writeCursor(next),
    coverage: query.cursor ? null : { examined_traces: total, unindexed_trace_ids: [], partial_index: false },
  })
  for (;;) {
    const step = await listSearchedTraces(ctx.db, { owner, runId, ...query, candidates, fromKey: place[0] })
    for await (const { trace, nodes } of readMessages(
      ctx.db,
      step.traces,
      step.traces[0]?.key === fromKey ? afterNode : -1,
      query.role ?? null,
    )) {
      for (const node of nodes) {
        bytes += node.message.length
        place = [trace.key, node.node]
        const match = matchIn(trace, node, query)
        if (match) items.push(match)
        if (items.length === query.limit || bytes > readBytesMax) return answer(place)
      }
      if (performance.now() > end) return answer(place)
    }
    place = [(step.traces.at(-1)?.key ?? place[0]) + 1, -1]
    if (step.isLast) return answer(null)
  }
}

function matchIn(trace: SearchedTrace, { node, role, message }: SearchedNode, { query, field }: SearchRunQuery): TraceMatch | null {
  // What was written with escapes would be missed by a look at the bytes; plain words are in them as they are.
  if (/^[\w .,;!?-]+$/.test(query) && !message.includes(query)) return null
  const span = memberSpans(message, { start: 0, end: message.length })?.get(field)
  if (!span) return null
  const recorded = textOf(message, span)
  if (recorded === "null") return null
  const isText = recorded.startsWith('"')
  const text = isText ? String(parseExact(recorded)) : recorded
  const at = text.indexOf(query)
  if (at < 0) return null
  const before = [...text.slice(Math.max(0, at - 2 * excerptMargin), at)].slice(-excerptMargin)
  const after = [...text.slice(at + query.length, at + query.length + 2 * excerptMargin)].slice(0, excerptMargin)
  const start = lengthOf(text.slice(0, at))
  return {
    trace_id: trace.id,
    upload_id: trace.uploadId,
    generation: trace.generation,
    episode_id: trace.episodeId,
    node_idx: node,
    role: role ?? "",
    field,
    representation: isText ? "text" : "json",
    match_start: start,
    match_end: start + lengthOf(query),
    excerpt: before.join("") + query + after.join(""),
    excerpt_start: start - before.length,
  }
}

/** In characters as Python counts them. */
function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length++
  return length
}

import { and, asc, count, eq, gte, sql } from "drizzle-orm"
import { groupBy } from "../../base/group-by.ts"
import { askIndex } from "../bounded-search.ts"
import type { Db } from "../db.ts"
import { findEvaluationRow } from "../evaluations/evaluations.ts"
import { blockTest } from "../samples/block-test.ts"
import { countWaitingSamples } from "../samples/sample-texts.ts"
import { traces } from "../schema.ts"
import { documentPieces, readDocuments } from "./documents.ts"
import { listNodes, listNodesOf } from "./list-nodes.ts"
import { type TraceFilter, traceConditions } from "./list-traces.ts"

const tracesAtOnce = 100
/** Of documents; larger ones are not read whole. */
const bytesAtOnce = 2 * 1024 * 1024
const nodesAtOnce = 100
const candidatesMax = 2000
const indexMs = 500

const searched = {
  key: traces.key,
  id: traces.id,
  uploadId: traces.uploadId,
  generation: traces.generation,
  episodeId: traces.episodeId,
  sizeBytes: traces.sizeBytes,
}

export interface SearchedTrace {
  key: number
  id: string
  uploadId: string
  generation: number
  episodeId: string | null
  sizeBytes: number
}

export interface SearchedNode {
  node: number
  role: string | null
  message: Buffer
}

export async function countRunTraces(db: Db, owner: string, runId: string): Promise<number> {
  const [row] = await db
    .select({ traces: count() })
    .from(traces)
    .where(and(eq(traces.owner, owner), eq(traces.runId, runId)))
  return row?.traces ?? 0
}

/** The traces of a run that the index of texts names for these words; null where it cannot tell. */
export async function findCandidates(db: Db, runId: string, query: string): Promise<number[] | null> {
  // Other signs may stand in the recorded JSON otherwise than in what people see.
  if (!/^[\p{L}\p{N}_ .;!?-]+$/u.test(query)) return null
  // Traces that name no upload of here, or a hosted run, are no samples of it.
  const run = await findEvaluationRow(db, runId)
  if (!run || run.isHosted || (await countWaitingSamples(db, runId)).waiting > 0) return null
  const { narrow } = await blockTest(db, query, "text")
  if (!narrow) return null
  const keys = await askIndex(db, indexMs, async (tx) => {
    const { rows } = await tx.execute<{ key: string }>(sql`
      with found as materialized (
        select distinct t.sample_id from sample_texts t where t.evaluation_id = ${runId} and ${narrow} limit ${candidatesMax + 1}
      )
      select tr.key from found f join sample_bodies b on b.sample_id = f.sample_id join traces tr on tr.episode_key = b.episode_key
      union all
      select b.trace_key as key from found f join sample_bodies b on b.sample_id = f.sample_id where b.trace_key is not null`)
    return rows.map(({ key }) => Number(key))
  })
  return keys && keys.length <= candidatesMax ? keys : null
}

/** The next traces of a run to look through, in the order of storing. */
export async function listSearchedTraces(
  db: Db,
  { owner, candidates, fromKey, ...filter }: { owner: string; runId: string; candidates: number[] | null; fromKey: number } & TraceFilter,
): Promise<{ traces: SearchedTrace[]; isLast: boolean }> {
  const { run_step, has_error, reward_min, reward_max, runId: run_id } = filter
  const rows = await db
    .select(searched)
    .from(traces)
    .where(
      and(
        traceConditions(owner, { run_id, run_step, has_error, reward_min, reward_max }),
        gte(traces.key, fromKey),
        candidates ? sql`${traces.key} = any(${sql.param(candidates)}::bigint[])` : undefined,
      ),
    )
    .orderBy(asc(traces.key))
    .limit(tracesAtOnce)
  return { traces: rows, isLast: rows.length < tracesAtOnce }
}

/** The messages of traces behind a node of the first one: small traces together, others in steps. */
export async function* readMessages(
  db: Db,
  found: SearchedTrace[],
  after: number,
  role: string | null,
): AsyncGenerator<{ trace: SearchedTrace; nodes: SearchedNode[] }> {
  let rest = found
  while (rest[0]) {
    const small = smallOnes(rest)
    if (small.length > 0) yield* readSmall(db, small, rest === found ? after : -1, role)
    else yield* readLarge(db, rest[0], rest === found ? after : -1, role)
    rest = rest.slice(Math.max(1, small.length))
  }
}

/** As many of the first traces as may be read at once. */
function smallOnes(found: SearchedTrace[]): SearchedTrace[] {
  let bytes = 0
  const end = found.findIndex(({ sizeBytes }) => {
    bytes += sizeBytes
    return bytes > bytesAtOnce
  })
  return end < 0 ? found : found.slice(0, end)
}

async function* readSmall(db: Db, small: SearchedTrace[], after: number, role: string | null) {
  const keys = small.map(({ key }) => key)
  const [documents, nodes] = await Promise.all([readDocuments(db, keys), listNodesOf(db, keys, role)])
  const byTrace = groupBy(nodes, ({ traceKey }) => traceKey)
  for (const [i, trace] of small.entries()) {
    const document = Buffer.from(documents.get(trace.key) ?? [])
    const ofTrace = (byTrace.get(trace.key) ?? []).filter(({ node }) => i > 0 || node > after)
    yield {
      trace,
      nodes: ofTrace.map(({ node, role: said, start, length }) => ({
        node,
        role: said,
        message: document.subarray(start, start + length),
      })),
    }
  }
}

async function* readLarge(db: Db, trace: SearchedTrace, after: number, role: string | null) {
  for (let at = after; ; ) {
    const nodes = await listNodes(db, trace.key, at, nodesAtOnce, { role: role === null ? null : [role] })
    const messages = await documentPieces(db, trace.key, nodes)
    yield { trace, nodes: nodes.map(({ node, role: said }, i) => ({ node, role: said, message: Buffer.from(messages[i] ?? []) })) }
    if (nodes.length < nodesAtOnce) return
    at = nodes.at(-1)?.node ?? at
  }
}

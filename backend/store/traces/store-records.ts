import { and, type SQL, sql } from "drizzle-orm"
import { stringifyExact } from "../../../contract/index.ts"
import { cleanJson } from "../../base/json.ts"
import type { Db } from "../db.ts"
import { episodes, traceParts, traces } from "../schema.ts"
import type { NewRecord, NewTrace, UploadedBy } from "./trace.ts"

/** Small enough that reading a message takes little, large enough that most traces are one. */
export const partBytes = 64 * 1024
/** Of one statement that stores documents. */
const statementBytes = 4 * 1024 * 1024

/** Where a record was stored. */
export interface StoredRecord {
  episodeKey: number | null
  traceKeys: number[]
}

/**
 * Stores episodes and traces, in the place of those that have the same ids.
 * @returns their keys, in the order of the records
 */
export async function storeRecords(tx: Db, by: UploadedBy, records: NewRecord[]): Promise<StoredRecord[]> {
  const generations = await deleteEarlier(tx, by.owner, records)
  const episodeKeys = await takeKeys(tx, "episodes", records.filter(({ episode }) => episode).length)
  const traceKeys = await takeKeys(
    tx,
    "traces",
    records.reduce((sum, record) => sum + record.traces.length, 0),
  )
  const stored = records.map((record) => ({
    episodeKey: record.episode ? (episodeKeys.shift() as number) : null,
    traceKeys: record.traces.map(() => traceKeys.shift() as number),
  }))
  const newEpisodes = records.flatMap(({ episode }, i) =>
    episode
      ? [{ ...episode, owner: by.owner, uploadId: by.uploadId, frame: Buffer.from(episode.frame), key: stored[i]?.episodeKey as number }]
      : [],
  )
  for (const some of inSteps(newEpisodes, ({ frame }) => frame.length)) await tx.insert(episodes).values(some)
  const news = records.flatMap((record, i) =>
    record.traces.map((trace, j) => ({
      trace,
      key: stored[i]?.traceKeys[j] as number,
      episodeKey: stored[i]?.episodeKey ?? null,
      generation: (generations.get(trace.id) ?? 0) + 1,
    })),
  )
  await insertTraces(tx, by, news)
  await insertParts(tx, news)
  await insertNodes(tx, news)
  await insertCalls(tx, news)
  return stored
}

interface KeyedTrace {
  trace: NewTrace
  key: number
  episodeKey: number | null
  generation: number
}

/**
 * Which of these records are stored already just as they are; from now on they belong to this upload.
 * @returns their digests
 */
export async function keepUnchanged(tx: Db, by: Pick<UploadedBy, "owner" | "uploadId">, records: NewRecord[]): Promise<Set<string>> {
  const unchanged = new Set<string>()
  const digests = sql.param(records.map(digestOf))
  for (const table of [episodes, traces]) {
    const named = and(ofRecords(table, by.owner, records), sql`${table.digest} = any(${digests}::text[])`)
    const kept = await tx.update(table).set({ uploadId: by.uploadId }).where(named).returning({ key: table.key, digest: table.digest })
    for (const { digest } of kept) if (digest !== null) unchanged.add(digest)
    if (table === episodes && kept.length > 0) {
      const keys = sql.param(kept.map(({ key }) => key))
      await tx.update(traces).set({ uploadId: by.uploadId }).where(sql`${traces.episodeKey} = any(${keys}::bigint[])`)
    }
  }
  return unchanged
}

export const digestOf = ({ episode, traces: [first] }: NewRecord): string => episode?.digest ?? first?.digest ?? ""

/** Those that have the ids and runs of episodes, or of traces, among the records. */
function ofRecords(table: typeof traces | typeof episodes, owner: string, records: NewRecord[]): SQL {
  const all = records.flatMap((record): { id: string; runId: string | null }[] => {
    if (table === traces) return record.traces
    return record.episode ? [record.episode] : []
  })
  const ids = sql.param(all.map(({ id }) => id))
  const runs = sql.param(all.map(({ runId }) => runId ?? ""))
  const pairs = sql`select * from unnest(${ids}::text[], ${runs}::text[])`
  return sql`(${table.owner} = ${owner} and (${table.id}, coalesce(${table.runId}, '')) in (${pairs}))`
}

/** Takes away what is replaced: the same ids of the same runs. @returns the generations of the traces that there were */
async function deleteEarlier(tx: Db, owner: string, records: NewRecord[]): Promise<Map<string, number>> {
  const earlier = await tx
    .delete(traces)
    .where(ofRecords(traces, owner, records))
    .returning({ id: traces.id, generation: traces.generation })
  await tx.delete(episodes).where(ofRecords(episodes, owner, records))
  return new Map(earlier.map(({ id, generation }) => [id, generation]))
}

async function takeKeys(tx: Db, table: "episodes" | "traces", count: number): Promise<number[]> {
  if (count === 0) return []
  const { rows } = await tx.execute<{ key: string }>(
    sql`select nextval(pg_get_serial_sequence(${table}, 'key')) as key from generate_series(1, ${count})`,
  )
  return rows.map(({ key }) => Number(key))
}

/** As one parameter: rows of a batch have more values than a statement may have parameters. */
async function insertRows(tx: Db, table: string, rows: object[]): Promise<void> {
  if (rows.length === 0) return
  const columns = sql.raw(
    Object.keys(rows[0] as object)
      .map((name) => `"${name}"`)
      .join(", "),
  )
  await tx.execute(sql`
    insert into ${sql.raw(table)} (${columns})
    select ${columns} from json_populate_recordset(null::${sql.raw(table)}, ${stringifyExact(cleanJson(rows))}::json)`)
}

const insertTraces = (tx: Db, by: UploadedBy, news: KeyedTrace[]): Promise<void> =>
  insertRows(
    tx,
    "traces",
    news.map(({ trace, key, episodeKey, generation }) => ({
      key,
      owner: by.owner,
      id: trace.id,
      upload_id: by.uploadId,
      generation,
      user_id: by.userId,
      episode_key: episodeKey,
      episode_id: trace.episodeId,
      place: trace.place,
      evaluation_id: trace.evaluationId,
      run_id: trace.runId,
      run_type: by.runType,
      run_step: trace.runStep,
      environment_id: trace.environmentId,
      model_id: trace.modelId,
      task_id: trace.taskId,
      agent_name: trace.agentName,
      reward: trace.reward,
      outcome: trace.outcome,
      has_error: trace.hasError,
      is_truncated: trace.isTruncated,
      duration_ms: trace.durationMs,
      total_tokens: trace.totalTokens,
      size_bytes: trace.sizeBytes,
      digest: trace.digest,
      nodes: trace.nodes.length,
      model_turns: trace.modelTurns,
      tool_calls: trace.toolCalls,
      user_messages: trace.userMessages,
      tool_names: trace.toolNames,
      metrics: trace.metrics,
      context: by.context,
      created_at: trace.createdAt.toISOString(),
      ingested_at: new Date().toISOString(),
    })),
  )

async function insertParts(tx: Db, news: KeyedTrace[]): Promise<void> {
  const parts = news.flatMap(({ trace: { document }, key }) =>
    Array.from({ length: Math.ceil(document.length / partBytes) }, (_, part) => ({
      traceKey: key,
      part,
      bytes: Buffer.from(document.subarray(part * partBytes, (part + 1) * partBytes)),
    })),
  )
  for (const some of inSteps(parts, ({ bytes }) => bytes.length)) await tx.insert(traceParts).values(some)
}

const insertNodes = (tx: Db, news: KeyedTrace[]): Promise<void> =>
  insertInSteps(
    tx,
    "trace_nodes",
    news.flatMap(({ trace, key }) =>
      trace.nodes.map((node, i) => ({
        trace_key: key,
        node: i,
        parent: node.parent,
        role: node.role,
        sampled: node.sampled,
        at: node.at,
        start: node.start,
        length: node.length,
        links: node.links,
      })),
    ),
  )

const insertCalls = (tx: Db, news: KeyedTrace[]): Promise<void> =>
  insertInSteps(
    tx,
    "trace_calls",
    news.flatMap(({ trace, key }) =>
      trace.calls.map((call, i) => ({
        trace_key: key,
        call: i,
        node: call.node,
        time_start: call.timeStart,
        time_end: call.timeEnd,
        model: call.model,
        endpoint: call.endpoint,
        finish_reason: call.finishReason,
        usage: call.usage,
        error: call.error,
      })),
    ),
  )

const rowsAtOnce = 20_000

async function insertInSteps(tx: Db, table: string, rows: object[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) await insertRows(tx, table, rows.slice(from, from + rowsAtOnce))
}

/** Rows in groups that a statement holds. */
function inSteps<T>(rows: T[], sizeOf: (row: T) => number): T[][] {
  const steps: T[][] = []
  let size = 0
  for (const row of rows) {
    const step = steps.at(-1)
    size += sizeOf(row)
    if (step && step.length < 1000 && size <= statementBytes) step.push(row)
    else {
      steps.push([row])
      size = sizeOf(row)
    }
  }
  return steps
}

import type {
  EpisodeDetail,
  EpisodeSummary,
  ListEpisodesQuery,
  ListTraceCallsQuery,
  ListTraceNodesQuery,
  ListTraceRunsQuery,
  ListTracesQuery,
  TraceCall,
  TraceNode,
  TraceRunSteps,
  TraceRunSummary,
  TraceSummary,
} from "../../../contract/index.ts"
import { parseExact } from "../../../contract/index.ts"
import { isObject } from "../../../contract/samples/row-values.ts"
import { writeCursor } from "../../base/cursor.ts"
import { readPlace } from "../../store/traces/cursors.ts"
import { documentPieces, episodeDocument, readFrame, traceDocument } from "../../store/traces/documents.ts"
import { listCalls, listNodes } from "../../store/traces/list-nodes.ts"
import * as store from "../../store/traces/list-traces.ts"
import type { EpisodeRecord, TraceRecord } from "../../store/traces/trace.ts"
import { listRunSteps, listTraceRuns as listRuns, type TraceRunRecord } from "../../store/traces/trace-runs.ts"
import type { Context } from "../context.ts"
import { readerOf } from "./owner.ts"
import { notThere, traceError } from "./trace-error.ts"

interface PageOf<T> {
  items: T[]
  next_cursor: string | null
}

const toTrace = (row: TraceRecord): TraceSummary => ({
  trace_id: row.id,
  upload_id: row.uploadId,
  generation: row.generation,
  episode_id: row.episodeId,
  created_at: row.createdAt.toISOString(),
  ingested_at: row.ingestedAt.toISOString(),
  run_id: row.runId,
  run_step: row.runStep,
  user_id: row.userId,
  environment_id: row.environmentId,
  model: { provider: null, id: row.modelId },
  task_id: row.taskId,
  agent_name: row.agentName,
  score: { reward: row.reward, outcome: row.outcome },
  execution: { has_error: row.hasError, is_truncated: row.isTruncated },
  duration_ms: row.durationMs,
  total_tokens: row.totalTokens,
  size_bytes: row.sizeBytes,
  activity: { model_turns: row.modelTurns, tool_calls: row.toolCalls, user_messages: row.userMessages, total_entries: row.nodes },
  tool_definitions: row.toolNames.map((name) => ({ name })),
  metrics: row.metrics,
  context: row.context,
})

const toEpisode = (row: EpisodeRecord): EpisodeSummary => ({
  episode_id: row.id,
  upload_id: row.uploadId,
  schema_version: 1,
  created_at: row.createdAt.toISOString(),
  ingested_at: row.ingestedAt.toISOString(),
  run_id: row.runId,
  environment_id: row.environmentId,
  outcome: row.outcome,
  has_error: row.hasError,
  error: { type: row.errorType, message: row.errorMessage },
})

const contextPrefix = "context."

/** What uploads said, out of the query's parameters `context.KEY`. */
const contextIn = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      name.startsWith(contextPrefix) && typeof value === "string" ? [[name.slice(contextPrefix.length), value]] : [],
    ),
  )

export async function listTraces(ctx: Context, query: ListTracesQuery): Promise<PageOf<TraceSummary>> {
  const { rows, next } = await store.listTraces(ctx.db, readerOf(ctx), { ...query, context: contextIn(query) }, query)
  return { items: rows.map(toTrace), next_cursor: next }
}

export async function getTrace(ctx: Context, id: string): Promise<TraceSummary> {
  return toTrace(await requireTrace(ctx, id))
}

/** The bytes of a trace as they came. */
export async function getTraceDocument(ctx: Context, id: string): Promise<AsyncIterable<Uint8Array>> {
  return traceDocument(ctx.db, (await requireTrace(ctx, id)).key)
}

export async function listTraceNodes(
  ctx: Context,
  id: string,
  query: ListTraceNodesQuery,
): Promise<PageOf<TraceNode> & { partial_index: boolean }> {
  const { key } = await requireTrace(ctx, id)
  const after = afterOf(query.cursor) ?? query.after ?? -1
  const found = await listNodes(ctx.db, key, after, query.limit + 1, query)
  const rows = found.slice(0, query.limit)
  const messages = await documentPieces(ctx.db, key, rows)
  const items = rows.map((row, i) => {
    const message = row.length === 0 ? null : parseExact(Buffer.from(messages[i] ?? []).toString("utf8"))
    return {
      node_idx: row.node,
      parent_idx: row.parent,
      timestamp: row.at,
      sampled: row.sampled,
      semantic_parents: row.links ?? [],
      message: isObject(message) ? { ...message, role: row.role } : { role: row.role, content: message },
    }
  })
  return { items, next_cursor: found.length > query.limit ? writeCursor([rows.at(-1)?.node ?? 0]) : null, partial_index: false }
}

export async function listTraceCalls(
  ctx: Context,
  id: string,
  query: ListTraceCallsQuery,
): Promise<PageOf<TraceCall> & { partial_index: boolean }> {
  const { key } = await requireTrace(ctx, id)
  const found = await listCalls(ctx.db, key, afterOf(query.cursor) ?? -1, query.limit + 1, query)
  const rows = found.slice(0, query.limit)
  const items = rows.map((row) => ({
    call_idx: row.call,
    node_idx: row.node,
    time_start: row.timeStart,
    time_end: row.timeEnd,
    model: row.model,
    endpoint: row.endpoint,
    finish_reason: row.finishReason,
    usage: row.usage,
    error: row.error,
  }))
  return { items, next_cursor: found.length > query.limit ? writeCursor([rows.at(-1)?.call ?? 0]) : null, partial_index: false }
}

const afterOf = (cursor: string | null | undefined): number | undefined => (cursor ? readPlace<[number]>(cursor, ["number"])[0] : undefined)

export async function listEpisodes(ctx: Context, query: ListEpisodesQuery): Promise<PageOf<EpisodeSummary>> {
  const { rows, next } = await store.listEpisodes(ctx.db, readerOf(ctx), { ...query, context: contextIn(query) }, query)
  return { items: rows.map(toEpisode), next_cursor: next }
}

export async function getEpisode(ctx: Context, id: string): Promise<EpisodeDetail> {
  const row = await requireEpisode(ctx, id)
  const sums = await store.sumTraces(ctx.db, row.key)
  const traces = {
    trace_count: sums.traces,
    total_tokens: sums.tokens,
    total_duration_ms: sums.durationMs,
    any_trace_error: sums.anyError,
    agent_names: sums.agents,
  }
  return { ...toEpisode(row), traces }
}

/**
 * An episode as it came, or with the ids of its traces in their place.
 * @throws ServiceError when it is to be whole and one of its traces was deleted
 */
export async function getEpisodeDocument(ctx: Context, id: string, isWhole: boolean): Promise<AsyncIterable<Uint8Array>> {
  const { key } = await requireEpisode(ctx, id)
  const frame = await readFrame(ctx.db, key)
  if (!frame) throw notThere("episode", id)
  if (isWhole && frame.traces.size < frame.gaps.length)
    throw traceError(
      "not_found",
      "trace_not_found",
      "A trace of this episode was deleted: without raw=true&whole=true the others can be read",
    )
  return episodeDocument(frame, (trace) => {
    if (trace && isWhole) return traceDocument(ctx.db, trace.key)
    return [Buffer.from(JSON.stringify(trace?.id ?? null))]
  })
}

export async function listEpisodeTraces(
  ctx: Context,
  id: string,
  query: Record<string, unknown> & { limit: number },
): Promise<PageOf<TraceSummary>> {
  const { key } = await requireEpisode(ctx, id)
  const filter = { ...query, context: contextIn(query), episodeKey: key }
  const { rows, next } = await store.listTraces(ctx.db, readerOf(ctx), filter, { ...query, sort: "created_at" })
  return { items: rows.map(toTrace), next_cursor: next }
}

const toRun = (row: TraceRunRecord): TraceRunSummary => ({
  run_id: row.runId,
  first_trace_created_at: row.firstCreated.toISOString(),
  last_trace_created_at: row.lastCreated.toISOString(),
  last_trace_ingested_at: row.lastIngested.toISOString(),
  trace_count: row.traces,
  episode_count: row.episodes,
  avg_reward: row.reward,
  step_min: row.stepMin,
  step_max: row.stepMax,
  step_count: row.steps,
  has_error: row.hasError,
  first_user_id: row.firstUser,
  environment_ids: row.environments,
  model_ids: row.models,
  context: JSON.parse(row.context) as Record<string, string>,
})

export async function listTraceRuns(ctx: Context, query: ListTraceRunsQuery): Promise<PageOf<TraceRunSummary>> {
  const { rows, next } = await listRuns(ctx.db, readerOf(ctx), query, query)
  return { items: rows.map(toRun), next_cursor: next }
}

export async function getTraceRun(ctx: Context, runId: string): Promise<TraceRunSummary> {
  const { rows } = await listRuns(ctx.db, readerOf(ctx), { runId }, { limit: 1 })
  if (!rows[0]) throw notThere("run", runId)
  return toRun(rows[0])
}

export async function listTraceRunSteps(ctx: Context, runId: string): Promise<TraceRunSteps> {
  const rows = await listRunSteps(ctx.db, readerOf(ctx), runId)
  return {
    step_min: rows[0]?.step ?? null,
    step_max: rows.at(-1)?.step ?? null,
    step_count: rows.length,
    items: rows.map(({ step, traces, episodes, reward }) => ({ step, trace_count: traces, episode_count: episodes, avg_reward: reward })),
  }
}

async function requireTrace(ctx: Context, id: string): Promise<TraceRecord> {
  const found = await store.findTrace(ctx.db, readerOf(ctx), id)
  if (!found) throw notThere("trace", id)
  return found
}

async function requireEpisode(ctx: Context, id: string): Promise<EpisodeRecord> {
  const found = await store.findEpisode(ctx.db, readerOf(ctx), id)
  if (!found) throw notThere("episode", id)
  return found
}

import * as z from "zod"
import { Id, JsonObject, namedValues, QueryFlag, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

/** One value, or several as a repeated parameter. */
const many = <T extends z.ZodType>(one: T) => z.union([one.transform((value) => [value]), z.array(one)])
const limit = z.coerce.number().int().min(1).max(limits.listPageMax)

/** The part `metadata` of an upload. */
export const UploadMetadata = z
  .object({
    schema_version: z.int(),
    context: z
      .record(z.string().min(1).max(100), z.string().max(1000))
      .refine((context) => Object.keys(context).length <= 50, "has more than 50 entries")
      .nullish()
      .describe("Where the traces come from; lists are narrowed down by it"),
  })
  .meta({ id: "TraceUploadMetadata" })
export type UploadMetadata = z.infer<typeof UploadMetadata>

export const UploadReceipt = z
  .object({ upload_id: z.string().describe("The hash of the uncompressed lines"), status: z.string() })
  .meta({ id: "TraceUploadReceipt" })
export type UploadReceipt = z.infer<typeof UploadReceipt>

export const TraceSummary = z
  .object({
    trace_id: z.string(),
    upload_id: z.string(),
    generation: z.int(),
    episode_id: z.string().nullable(),
    created_at: Timestamp,
    ingested_at: Timestamp,
    run_id: z.string().nullable(),
    run_step: z.int().nullable(),
    user_id: z.string(),
    environment_id: z.string().nullable(),
    model: z.object({ provider: z.string().nullable(), id: z.string().nullable() }),
    task_id: z.string().nullable(),
    agent_name: z.string().nullable(),
    score: z.object({ reward: z.number().nullable(), outcome: z.string().nullable() }),
    execution: z.object({ has_error: z.boolean(), is_truncated: z.boolean() }),
    duration_ms: z.int(),
    total_tokens: z.int(),
    size_bytes: z.int(),
    activity: z.object({ model_turns: z.int(), tool_calls: z.int(), user_messages: z.int(), total_entries: z.int() }),
    tool_definitions: z.array(z.object({ name: z.string() })),
    metrics: namedValues(z.number()),
    context: z.record(z.string(), z.string()),
  })
  .meta({ id: "TraceSummary" })
export type TraceSummary = z.infer<typeof TraceSummary>

const episodeSummary = {
  episode_id: z.string(),
  upload_id: z.string(),
  schema_version: z.int(),
  created_at: Timestamp,
  ingested_at: Timestamp,
  run_id: z.string().nullable(),
  environment_id: z.string().nullable(),
  outcome: z.string().nullable(),
  has_error: z.boolean(),
  error: z.object({ type: z.string().nullable(), message: z.string().nullable() }),
}

export const EpisodeSummary = z.object(episodeSummary).meta({ id: "EpisodeSummary" })
export type EpisodeSummary = z.infer<typeof EpisodeSummary>

export const EpisodeDetail = z
  .object({
    ...episodeSummary,
    traces: z.object({
      trace_count: z.int(),
      total_tokens: z.int(),
      total_duration_ms: z.int(),
      any_trace_error: z.boolean(),
      agent_names: z.array(z.string()),
    }),
  })
  .meta({ id: "EpisodeDetail" })
export type EpisodeDetail = z.infer<typeof EpisodeDetail>

const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() })

export const ListTracesResponse = pageOf(TraceSummary).meta({ id: "ListTracesResponse" })
export const ListEpisodesResponse = pageOf(EpisodeSummary).meta({ id: "ListEpisodesResponse" })

/** Filters that traces and episodes share; `context.KEY=value` narrows down by what uploads said. */
const shared = {
  run_id: z.string().nullish(),
  environment_id: z.string().nullish(),
  outcome: z.string().nullish(),
  has_error: QueryFlag.nullish(),
  created_after: Timestamp.nullish(),
  created_before: Timestamp.nullish(),
  limit: limit.default(20),
  cursor: z.string().max(2000).nullish().describe("The `next_cursor` of the page before"),
}

const memberFilters = {
  ...shared,
  model_id: z.string().nullish(),
  model_provider: z.string().nullish(),
  task_id: z.string().nullish(),
  reward_min: z.coerce.number().nullish(),
  reward_max: z.coerce.number().nullish(),
  is_truncated: QueryFlag.nullish(),
}

export const ListEpisodeTracesQuery = z.looseObject(memberFilters)
export const ListTracesQuery = z.looseObject({
  ...memberFilters,
  upload_id: many(z.string()).nullish(),
  sort: z.enum(["created_at", "reward", "duration_ms"]).default("created_at").describe("Highest or newest first"),
})
export type ListTracesQuery = z.infer<typeof ListTracesQuery>

const step = z.coerce.number().int().min(0).max(limits.int4Max)

export const ListEpisodesQuery = z.looseObject({
  ...shared,
  upload_id: many(z.string()).nullish(),
  run_step: step.nullish(),
  step_min: step.nullish(),
  step_max: step.nullish(),
})
export type ListEpisodesQuery = z.infer<typeof ListEpisodesQuery>

export const TraceRunSummary = z
  .object({
    run_id: z.string(),
    first_trace_created_at: Timestamp,
    last_trace_created_at: Timestamp,
    last_trace_ingested_at: Timestamp,
    trace_count: z.int(),
    episode_count: z.int(),
    avg_reward: z.number().nullable().describe("Over the traces that were scored"),
    step_min: z.int().nullable(),
    step_max: z.int().nullable(),
    step_count: z.int(),
    has_error: z.boolean(),
    first_user_id: z.string().nullable(),
    environment_ids: z.array(z.string()),
    model_ids: z.array(z.string()),
    context: z.record(z.string(), z.string()),
  })
  .meta({ id: "TraceRunSummary" })
export type TraceRunSummary = z.infer<typeof TraceRunSummary>

export const ListTraceRunsQuery = z.object({
  run_type: many(z.enum(["eval", "train", "unknown"])).nullish(),
  created_by: many(Id).nullish(),
  created_after: Timestamp.nullish(),
  created_before: Timestamp.nullish(),
  limit: limit.default(20),
  cursor: z.string().max(2000).nullish(),
})
export type ListTraceRunsQuery = z.infer<typeof ListTraceRunsQuery>
export const ListTraceRunsResponse = pageOf(TraceRunSummary).meta({ id: "ListTraceRunsResponse" })

export const TraceRunSteps = z
  .object({
    step_min: z.int().nullable(),
    step_max: z.int().nullable(),
    step_count: z.int(),
    items: z.array(z.object({ step: z.int(), trace_count: z.int(), episode_count: z.int(), avg_reward: z.number().nullable() })),
  })
  .meta({ id: "TraceRunSteps" })
export type TraceRunSteps = z.infer<typeof TraceRunSteps>

export const TraceNode = z
  .object({
    node_idx: z.int(),
    parent_idx: z.int().nullable(),
    timestamp: z.number().nullable(),
    sampled: z.boolean(),
    semantic_parents: z.array(z.object({ node: z.int(), type: z.string() })),
    message: z.looseObject({ role: z.string().nullable() }).describe("As the producer wrote it"),
  })
  .meta({ id: "TraceNode" })
export type TraceNode = z.infer<typeof TraceNode>

export const ListTraceNodesQuery = z.object({
  role: many(z.string()).nullish(),
  sampled: QueryFlag.nullish(),
  after: z.coerce.number().int().min(-1).max(limits.int4Max).nullish().describe("Only nodes behind this one"),
  limit: limit.default(50),
  cursor: z.string().max(100).nullish(),
})
export type ListTraceNodesQuery = z.infer<typeof ListTraceNodesQuery>

const partial = z.boolean().describe("Whether some of the trace is not among these; never here")
export const ListTraceNodesResponse = z
  .object({ items: z.array(TraceNode), next_cursor: z.string().nullable(), partial_index: partial })
  .meta({ id: "ListTraceNodesResponse" })

export const TraceCall = z
  .object({
    call_idx: z.int(),
    node_idx: z.int().nullable(),
    time_start: z.number().nullable(),
    time_end: z.number().nullable(),
    model: z.string().nullable(),
    endpoint: z.string().nullable(),
    finish_reason: z.string().nullable(),
    usage: JsonObject.nullable(),
    error: JsonObject.nullable(),
  })
  .meta({ id: "TraceCall" })
export type TraceCall = z.infer<typeof TraceCall>

export const ListTraceCallsQuery = z.object({
  model: many(z.string()).nullish(),
  finish_reason: many(z.string()).nullish(),
  limit: limit.default(50),
  cursor: z.string().max(100).nullish(),
})
export type ListTraceCallsQuery = z.infer<typeof ListTraceCallsQuery>
export const ListTraceCallsResponse = z
  .object({ items: z.array(TraceCall), next_cursor: z.string().nullable(), partial_index: partial })
  .meta({ id: "ListTraceCallsResponse" })

export const searchFields = ["content", "reasoning_content", "tool_calls"] as const

export const SearchRunQuery = z.object({
  query: z
    .string()
    .min(3)
    .max(256)
    .refine((query) => query.trim() !== "", "is blank"),
  field: z.enum(searchFields).default("content"),
  role: z.string().nullish(),
  run_step: step.nullish(),
  has_error: QueryFlag.nullish(),
  reward_min: z.coerce.number().nullish(),
  reward_max: z.coerce.number().nullish(),
  limit: limit.default(50),
  cursor: z.string().max(100).nullish(),
})
export type SearchRunQuery = z.infer<typeof SearchRunQuery>

/** The first match in a message; places are counted in characters from 0, the end is behind it. */
export const TraceMatch = z
  .object({
    trace_id: z.string(),
    upload_id: z.string(),
    generation: z.int(),
    episode_id: z.string().nullable(),
    node_idx: z.int(),
    role: z.string(),
    field: z.enum(searchFields),
    representation: z.enum(["text", "json"]),
    match_start: z.int(),
    match_end: z.int(),
    excerpt: z.string(),
    excerpt_start: z.int(),
  })
  .meta({ id: "TraceMatch" })
export type TraceMatch = z.infer<typeof TraceMatch>

export const SearchRunResponse = z
  .object({
    items: z.array(TraceMatch),
    next_cursor: z.string().nullable(),
    coverage: z
      .object({ examined_traces: z.int(), unindexed_trace_ids: z.array(z.string()), partial_index: z.boolean() })
      .nullable()
      .describe("What the search is about, on its first page"),
  })
  .meta({ id: "SearchRunResponse" })
export type SearchRunResponse = z.infer<typeof SearchRunResponse>

import { sql } from "drizzle-orm"
import { bigint, boolean, doublePrecision, index, integer, json, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { JsonObject } from "../../../contract/index.ts"
import { bytea, exactJson, moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { users } from "../identity/schema.ts"

/** The receipt of one request that brought traces. Its id is the hash of what it brought. */
export const traceUploads = pgTable(
  "trace_uploads",
  {
    /** The team whose traces they are, or the person. */
    owner: text().notNull(),
    id: text().notNull(),
    lineFormat: text("line_format").$type<"trace" | "episode">().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.id] })],
)

/** One episode of verifiers v1 as it came, without its traces: these have rows of their own. */
export const episodes = pgTable(
  "episodes",
  {
    key: bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    owner: text().notNull(),
    id: text().notNull(),
    uploadId: text("upload_id").notNull(),
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "cascade" }),
    runId: text("run_id"),
    runStep: integer("run_step"),
    environmentId: text("environment_id"),
    outcome: text().notNull(),
    hasError: boolean("has_error").notNull(),
    errorType: text("error_type"),
    errorMessage: text("error_message"),
    /** Hash of the line that it came as. */
    digest: text().notNull(),
    /** What stands around the traces, byte for byte, and where in it each of them is left out. */
    frame: bytea("frame").notNull(),
    gaps: integer().array().notNull(),
    createdAt: moment("created_at").notNull(),
    ingestedAt: moment("ingested_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("episodes_id").on(t.owner, t.id, sql`coalesce(${t.runId}, '')`),
    index("episodes_created").on(t.owner, t.createdAt.desc().nullsFirst(), t.key.desc().nullsFirst()),
    index("episodes_run").on(t.owner, t.runId, t.createdAt.desc().nullsFirst(), t.key.desc().nullsFirst()),
    index("episodes_upload").on(t.owner, t.uploadId),
    index("episodes_evaluation").on(t.evaluationId),
  ],
)

/** What lists, filters and totals read of a trace. The document is in trace_parts. */
export const traces = pgTable(
  "traces",
  {
    key: bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    owner: text().notNull(),
    id: text().notNull(),
    uploadId: text("upload_id").notNull(),
    /** How often a trace of this id came for its run. */
    generation: integer().notNull().default(1),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    episodeKey: bigint("episode_key", { mode: "number" }).references(() => episodes.key, { onDelete: "cascade" }),
    episodeId: text("episode_id"),
    /** Its place among the traces of its episode. */
    place: integer().notNull().default(0),
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "cascade" }),
    runId: text("run_id"),
    runType: text("run_type").$type<"eval" | "train" | "unknown">().notNull(),
    runStep: integer("run_step"),
    environmentId: text("environment_id"),
    modelId: text("model_id"),
    taskId: text("task_id"),
    agentName: text("agent_name"),
    reward: doublePrecision(),
    outcome: text().notNull(),
    hasError: boolean("has_error").notNull(),
    isTruncated: boolean("is_truncated").notNull(),
    durationMs: bigint("duration_ms", { mode: "number" }).notNull(),
    totalTokens: bigint("total_tokens", { mode: "number" }).notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    /** Hash of the line that it came as; null for a trace of an episode. */
    digest: text(),
    nodes: integer().notNull(),
    modelTurns: integer("model_turns").notNull(),
    toolCalls: integer("tool_calls").notNull(),
    userMessages: integer("user_messages").notNull(),
    toolNames: text("tool_names").array().notNull().default(sql`'{}'`),
    metrics: json().$type<Record<string, number>>().notNull(),
    /** What the upload said about all of its traces. */
    context: json().$type<Record<string, string>>().notNull(),
    createdAt: moment("created_at").notNull(),
    ingestedAt: moment("ingested_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("traces_id").on(t.owner, t.id, sql`coalesce(${t.runId}, '')`),
    index("traces_created").on(t.owner, t.createdAt.desc().nullsFirst(), t.key.desc().nullsFirst()),
    index("traces_reward").on(t.owner, sql`coalesce(${t.reward}, '-infinity'::float8) desc`, t.key.desc().nullsFirst()),
    index("traces_duration").on(t.owner, t.durationMs.desc().nullsFirst(), t.key.desc().nullsFirst()),
    index("traces_run").on(t.owner, t.runId, t.createdAt.desc().nullsFirst(), t.key.desc().nullsFirst()),
    index("traces_upload").on(t.owner, t.uploadId),
    index("traces_episode").on(t.episodeKey, t.place),
    index("traces_evaluation").on(t.evaluationId),
  ],
)

/** The bytes of a trace in pieces, so that none of it needs to be read whole. */
export const traceParts = pgTable(
  "trace_parts",
  {
    traceKey: bigint("trace_key", { mode: "number" })
      .notNull()
      .references(() => traces.key, { onDelete: "cascade" }),
    part: integer().notNull(),
    bytes: bytea("bytes").notNull(),
  },
  (t) => [primaryKey({ columns: [t.traceKey, t.part] })],
)

/** The messages of a trace, which form a tree. The message itself is a piece of the document. */
export const traceNodes = pgTable(
  "trace_nodes",
  {
    traceKey: bigint("trace_key", { mode: "number" })
      .notNull()
      .references(() => traces.key, { onDelete: "cascade" }),
    node: integer().notNull(),
    parent: integer(),
    role: text(),
    sampled: boolean().notNull(),
    at: doublePrecision(),
    /** Where the message stands in the document. */
    start: integer().notNull(),
    length: integer().notNull(),
    /** What else led to it: returns of sub-agents, compactions. */
    links: json().$type<{ node: number; type: string }[]>(),
  },
  (t) => [primaryKey({ columns: [t.traceKey, t.node] })],
)

/** The model calls of a trace. */
export const traceCalls = pgTable(
  "trace_calls",
  {
    traceKey: bigint("trace_key", { mode: "number" })
      .notNull()
      .references(() => traces.key, { onDelete: "cascade" }),
    call: integer().notNull(),
    node: integer(),
    timeStart: doublePrecision("time_start"),
    timeEnd: doublePrecision("time_end"),
    model: text(),
    endpoint: text(),
    finishReason: text("finish_reason"),
    usage: exactJson<JsonObject>("usage"),
    error: exactJson<JsonObject>("error"),
  },
  (t) => [primaryKey({ columns: [t.traceKey, t.call] })],
)

import { type SQLWrapper, sql } from "drizzle-orm"
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  json,
  numeric,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core"
import type { ExactNumber, FailureClass, JsonObject, SampleNodeList, SampleProblem } from "../../../contract/index.ts"
import type { TextKind } from "../../../contract/samples/shown-texts.ts"
import { bytea, exactJson, moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { episodes, traces } from "../traces/schema.ts"

/**
 * A sample's place when samples are drawn at random: a number that its id, which is random itself, stands for. It belongs to the sample for good, so that
 * a draw goes on where it stopped, and samples that come later find their places in it.
 */
export const drawKey = (id: SQLWrapper) => sql`(('x' || left(md5(${id}), 8))::bit(32)::bigint)`

/** What lists, filters and statistics read of a sample. The messages are in sample_bodies. */
export const samples = pgTable(
  "samples",
  {
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    /** 1, 2, 3 … in the order of storing. */
    seq: integer().notNull(),
    id: text().notNull().unique(),
    /** What makes a sample the same one when it arrives again. */
    dedupeKey: text("dedupe_key").notNull(),
    exampleId: text("example_id").notNull(),
    /** The example's place when examples are sorted: its number where the id is one, with all of its digits. */
    exampleOrder: numeric("example_order").notNull(),
    rolloutIndex: integer("rollout_index").notNull(),
    /** The example's place in the random order of a run that has one. */
    drawPlace: integer("draw_place"),
    /** The attempt that played it. */
    attempt: integer().notNull().default(1),
    /** The sample of the same rollout that this one replaced. */
    supersedes: text(),
    /** Replaced by a newer sample of the same rollout: it can still be viewed, and is left out everywhere else. */
    superseded: boolean().notNull().default(false),
    /** To be done again by the attempts of a resumed run. */
    redo: boolean().notNull().default(false),
    reward: doublePrecision(),
    /** Numbers, and as text what is none. */
    metrics: exactJson<Record<string, number | string | ExactNumber>>("metrics").notNull(),
    outcome: text().$type<"ok" | "truncated" | "error">().notNull(),
    error: text(),
    /** The class of the first problem, to count and filter by. */
    errorClass: text("error_class").$type<FailureClass>(),
    problems: json().$type<SampleProblem[]>(),
    stopCondition: text("stop_condition"),
    /** The ids under which the rollout's requests are metered. */
    sessionIds: text("session_ids").array().notNull().default(sql`'{}'`),
    inputTokens: bigint("input_tokens", { mode: "number" }),
    outputTokens: bigint("output_tokens", { mode: "number" }),
    durationMs: doublePrecision("duration_ms"),
    promptPreview: text("prompt_preview").notNull(),
    completionPreview: text("completion_preview").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.evaluationId, t.seq] }),
    uniqueIndex("samples_dedupe").on(t.evaluationId, t.dedupeKey).where(sql`not superseded`),
    index("samples_superseded").on(t.evaluationId, t.dedupeKey).where(sql`superseded`),
    // Lists leave superseded samples out. What may be missing stands at the lower end (sample-pages.ts).
    index("samples_example").on(t.evaluationId, t.exampleOrder, t.seq).where(sql`not superseded`),
    index("samples_example_id").on(t.evaluationId, t.exampleId, t.seq).where(sql`not superseded`),
    index("samples_reward").on(t.evaluationId, sql`coalesce(${t.reward}, '-infinity'::float8)`, t.seq).where(sql`not superseded`),
    index("samples_duration").on(t.evaluationId, sql`coalesce(${t.durationMs}, '-infinity'::float8)`, t.seq).where(sql`not superseded`),
    index("samples_tokens")
      .on(t.evaluationId, sql`coalesce((${t.inputTokens} + ${t.outputTokens})::float8, '-infinity'::float8)`, t.seq)
      .where(sql`not superseded`),
    index("samples_draw").on(t.evaluationId, drawKey(t.id), t.seq).where(sql`not superseded`),
    index("samples_outcome").on(t.evaluationId, t.outcome, t.seq).where(sql`not superseded`),
    index("samples_error_class").on(t.evaluationId, t.errorClass, t.seq).where(sql`error_class is not null and not superseded`),
  ],
)

/**
 * The numbers among the metrics of the samples that count, to sort by: their names are the environment's own. They come in the statement of their samples
 * (write-samples.ts) and go with their run (delete-evaluation.ts): a foreign key would look for the run once more for each of them.
 */
export const sampleMetrics = pgTable(
  "sample_metrics",
  {
    evaluationId: text("evaluation_id").notNull(),
    name: text().notNull(),
    value: doublePrecision().notNull(),
    seq: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.evaluationId, t.name, t.value, t.seq] })],
)

/** Of runs whose author says which examples belong together: what each of them has in that field. */
export const exampleClusters = pgTable(
  "example_clusters",
  {
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    exampleId: text("example_id").notNull(),
    cluster: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.evaluationId, t.exampleId] })],
)

/** As the metrics they have no foreign key to their samples, with which they come and go. */
export const sampleBodies = pgTable(
  "sample_bodies",
  {
    sampleId: text("sample_id").primaryKey(),
    /** json, not jsonb: the row stays as the library wrote it, keys in their order. */
    body: exactJson<JsonObject>("body").notNull(),
    /** The episode, or the trace without one, that the sample came as: the rest of its body is made of that. */
    episodeKey: bigint("episode_key", { mode: "number" }).references(() => episodes.key, { onDelete: "set null" }),
    traceKey: bigint("trace_key", { mode: "number" }).references(() => traces.key, { onDelete: "set null" }),
  },
  (t) => [
    index("sample_bodies_episode").on(t.episodeKey).where(sql`episode_key is not null`),
    index("sample_bodies_trace").on(t.traceKey).where(sql`trace_key is not null`),
  ],
)

/**
 * Messages, events and attachments (long texts that these name) of samples that are too large to be one value, piece by piece. `source` names the sample among the files that the run
 * was imported from.
 */
export const sampleNodes = pgTable(
  "sample_nodes",
  {
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    source: text().notNull(),
    list: text().$type<SampleNodeList | "attachments">().notNull(),
    place: integer().notNull(),
    /** A message's role, an event's kind, an attachment's name. */
    label: text().notNull(),
    /** Its JSON, byte for byte. */
    bytes: bytea("bytes").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.evaluationId, t.source, t.list, t.place] }),
    index("sample_nodes_attachments").on(t.evaluationId, t.source, t.label).where(sql`list = 'attachments'`),
  ],
)

/** Where a text of a sample is: its place among them, what it is, and the message it is in. */
export type SampleSpot = [n: number, kind: TextKind, message: string | null]

/**
 * The texts that people see of a sample, in blocks, folded for comparison. There is no other index with the run in it, so that the planner
 * cannot prefer to read all blocks of a run.
 */
export const sampleTexts = pgTable(
  "sample_texts",
  {
    sampleId: text("sample_id")
      .notNull()
      .references(() => samples.id, { onDelete: "cascade" }),
    place: integer().notNull(),
    evaluationId: text("evaluation_id").notNull(),
    /** The team whose run it is, or the person: what one search covers. */
    owner: text().notNull(),
    text: text().notNull(),
    /** The same as people read it, sign by sign in the same places. */
    shown: text().notNull(),
    /** Where each of the texts in the block is. */
    spots: json().$type<SampleSpot[]>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.sampleId, t.place] }),
    index("sample_texts_search").using("gin", t.evaluationId, t.owner, t.text.op("gin_trgm_ops")),
  ],
)

/** How far the texts of a run are stored: those of its samples up to `seq`, of `due`; the lines of its log before `logLine`, of `logDue`. */
export const sampleTextProgress = pgTable(
  "sample_text_progress",
  {
    evaluationId: text("evaluation_id")
      .primaryKey()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    due: integer().notNull(),
    seq: integer().notNull().default(0),
    /** How many messages of the sample behind seq are stored, where it is one that is too large to be one value. */
    node: integer().notNull().default(0),
    logDue: integer("log_due").notNull().default(0),
    logLine: integer("log_line").notNull().default(0),
  },
  (t) => [index("sample_text_progress_due").on(t.evaluationId).where(sql`seq < due or log_line < log_due`)],
)

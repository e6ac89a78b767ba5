import { type SQL, sql } from "drizzle-orm"
import { bigint, boolean, doublePrecision, index, integer, json, jsonb, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core"
import type {
  AttemptEnd,
  AttemptReason,
  EvaluationPhase,
  EvaluationStatus,
  Failure,
  Interval95,
  JsonObject,
  Permission,
  ResumeMode,
  RunnerLastWord,
  RunStatistics,
  ScoresOf,
  Settling,
} from "../../../contract/index.ts"
import { bytea, exactJson, moment } from "../columns.ts"
import { environments } from "../environments/schema.ts"
import { teams, users } from "../identity/schema.ts"

export interface EnvironmentLabel {
  id: string
  owner: string
  name: string
  version: string | null
  content_hash: string | null
}

/** As an index has it: the text of the expression must be the same in queries. The last digit may lead beyond the largest double. */
export const averageScore = sql`case reward_exponent when 0 then reward_sum / nullif(reward_count, 0)
  else least(greatest(reward_sum / nullif(reward_count, 0), -1.797e308 / 2 ^ reward_exponent), 1.797e308 / 2 ^ reward_exponent) * 2 ^ reward_exponent end`
/** A missing score is beyond all others, whichever way runs are sorted. */
export const scoreAscending = sql`coalesce(${averageScore}, 'infinity'::float8)`
export const scoreDescending = sql`coalesce(${averageScore}, '-infinity'::float8)`

/** As the index of such runs has it. */
export const hasTags = sql`tags <> '{}'`

/** The first environment, of which nearly every run has no second. */
const firstEnvironment = (key: "id" | "name") => sql.raw(`(environments -> 0 ->> '${key}')`)

/** Of an environment with this id or name, in words that the indexes have and whose matches the planner can estimate. */
export const hasEnvironment = (environment: Partial<Pick<EnvironmentLabel, "id" | "owner" | "name">>): SQL => {
  const key = environment.id === undefined ? "name" : "id"
  const contained = sql`environments @> ${JSON.stringify([environment])}::jsonb`
  const first = sql`${firstEnvironment(key)} = ${environment[key]}`
  return sql`(${environment.owner === undefined ? first : sql`(${first} and ${contained})`} or (jsonb_array_length(environments) > 1 and ${contained}))`
}

/**
 * One evaluation: a hosted run, or results that were pushed. The lease stands on the row itself, so that claim, cancel,
 * progress and end commit together and there is no second state machine to reconcile.
 */
export const evaluations = pgTable(
  "evaluations",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id),
    isHosted: boolean("is_hosted").notNull(),
    evalType: text("eval_type").$type<"suite" | "training" | "environment">().notNull(),
    status: text().$type<EvaluationStatus>().notNull(),
    phase: text().$type<EvaluationPhase>().notNull(),
    phaseDetail: text("phase_detail"),
    /** The first environment; `environments` lists all of them. */
    environmentId: text("environment_id").references(() => environments.id, { onDelete: "set null" }),
    versionId: text("version_id"),
    environments: jsonb().$type<EnvironmentLabel[]>().notNull(),
    suiteId: text("suite_id"),
    /** What launched it by itself; the schedule may be gone. */
    scheduleId: text("schedule_id"),
    runId: text("run_id"),
    modelName: text("model_name"),
    dataset: text(),
    framework: text(),
    taskType: text("task_type"),
    description: text(),
    /** What people wrote about the run, in Markdown. */
    notes: text(),
    tags: text().array().notNull().default(sql`'{}'`),
    metadata: exactJson<JsonObject>("metadata", "written").notNull(),
    metrics: exactJson<JsonObject>("metrics", "written"),
    evalConfig: exactJson<JsonObject>("eval_config", "written"),
    isPublic: boolean("is_public").notNull().default(false),
    showOnLeaderboard: boolean("show_on_leaderboard").notNull().default(false),
    idempotencyKey: text("idempotency_key"),
    /** Of the request that came with the key, so that another one is not answered with this run. */
    idempotencyHash: text("idempotency_hash"),
    failure: jsonb().$type<Failure>(),
    /** What the run's code asked the platform for without having been allowed. */
    refusedPermissions: text("refused_permissions").array().$type<Permission[]>().notNull().default(sql`'{}'`),

    rolloutsTotal: integer("rollouts_total"),
    rolloutsStarted: integer("rollouts_started").notNull().default(0),
    samplesDone: integer("samples_done").notNull().default(0),
    samplesErrored: integer("samples_errored").notNull().default(0),
    /** Samples that were done again: kept to look at, counted nowhere else. */
    samplesSuperseded: integer("samples_superseded").notNull().default(0),
    /** Samples that a resumed run is to do again; they count as they are until then. */
    samplesToRedo: integer("samples_to_redo").notNull().default(0),
    /** In units of 2 to the power of the exponent, which is 0 unless the sum is beyond the largest double. */
    rewardSum: doublePrecision("reward_sum").notNull().default(0),
    rewardExponent: smallint("reward_exponent").notNull().default(0),
    rewardCount: integer("reward_count").notNull().default(0),
    rewardMin: doublePrecision("reward_min"),
    rewardMax: doublePrecision("reward_max"),
    logLines: integer("log_lines").notNull().default(0),
    /** Hashes of single samples of an upload whose answer found nobody, the newest last. */
    unanswered: text().array().notNull().default(sql`'{}'`),

    attempt: integer().notNull().default(0),
    leaseOwner: text("lease_owner"),
    leaseUntil: moment("lease_until"),
    /** Where the running attempt's process is: nobody elsewhere can look at it. */
    machine: text(),
    /** The gateway port that the process uses: that of the worker that started it. */
    gatewayPort: integer("gateway_port"),
    /** What the run was last resumed for, who asked, and what it had used until then; null as long as it never was. */
    resume: jsonb().$type<{ mode: ResumeMode; userId: string; used: { usd: number; tokens: number } }>(),
    /** What became of the run's wish to stop as soon as its answer is settled. */
    settling: jsonb().$type<Settling>(),
    /** The run whose stored rollouts this one scores again. */
    scoresOf: jsonb("scores_of").$type<ScoresOf>(),
    cancelRequestedAt: moment("cancel_requested_at"),
    deadlineAt: moment("deadline_at"),
    /** Where the running attempt lives: work dir and shim, as the executor described it. */
    handle: jsonb().$type<JsonObject>(),
    eventsOffset: bigint("events_offset", { mode: "number" }).notNull().default(0),
    outputOffset: bigint("output_offset", { mode: "number" }).notNull().default(0),
    executor: text(),

    /** Since when lists leave it out. */
    archivedAt: moment("archived_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
    startedAt: moment("started_at"),
    completedAt: moment("completed_at"),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // With the owner and the archive, so that skipping to a page far down reads the index and no rows.
    index("evaluations_created").on(t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.userId, t.teamId, t.archivedAt),
    index("evaluations_environment").on(t.environmentId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("evaluations_user").on(t.userId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("evaluations_team").on(t.teamId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("evaluations_status").on(t.status, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("evaluations_hosted").on(t.isHosted, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("evaluations_leaderboard").on(t.environmentId, t.createdAt.desc()).where(sql`show_on_leaderboard`),
    index("evaluations_suite").on(t.suiteId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()).where(sql`suite_id is not null`),
    index("evaluations_schedule")
      .on(t.scheduleId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`schedule_id is not null`),
    index("evaluations_updated").on(t.updatedAt, t.id, t.userId, t.teamId, t.archivedAt),
    index("evaluations_name").on(t.name, t.id, t.userId, t.teamId, t.archivedAt),
    index("evaluations_model").on(t.modelName, t.id),
    // A run without a model comes last in both directions.
    index("evaluations_model_desc").on(t.modelName.desc().nullsLast(), t.id.desc()),
    index("evaluations_score").on(scoreAscending, t.id),
    index("evaluations_score_desc").on(scoreDescending, t.id),
    index("evaluations_first_environment").on(firstEnvironment("id"), t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("evaluations_first_environment_name").on(firstEnvironment("name"), t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("evaluations_environments").using("gin", t.environments.op("jsonb_path_ops")).where(sql`jsonb_array_length(environments) > 1`),
    index("evaluations_tags").using("gin", t.tags),
    index("evaluations_tagged").on(t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.userId, t.teamId).where(hasTags),
    index("evaluations_archived")
      .on(t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.userId, t.teamId)
      .where(sql`archived_at is not null`),
    index("evaluations_search").using("gin", t.name.op("gin_trgm_ops"), t.modelName.op("gin_trgm_ops")),
    // What lists count by, so that counting reads the index and no rows.
    index("evaluations_count").on(t.userId, t.teamId, t.status, t.isHosted, t.modelName, t.suiteId, t.archivedAt),
    index("evaluations_queue")
      .on(sql`coalesce(${t.teamId}, ${t.userId})`, t.userId, t.createdAt, t.id)
      .where(sql`is_hosted and status = 'PENDING'`),
    index("evaluations_at_work").on(t.createdAt).where(sql`is_hosted and status in ('RUNNING', 'PROCESSING')`),
    index("evaluations_uploads").on(t.updatedAt).where(sql`not is_hosted and status in ('PENDING', 'RUNNING', 'PROCESSING')`),
    // Not unique: one launch may ask for an environment twice. Launches with one key wait for each other.
    index("evaluations_idempotency").on(t.userId, t.idempotencyKey).where(sql`idempotency_key is not null`),
  ],
)

/** The run of each environment that others are compared with. */
export const environmentBaselines = pgTable(
  "environment_baselines",
  {
    environmentId: text("environment_id")
      .primaryKey()
      .references(() => environments.id, { onDelete: "cascade" }),
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    pinnedAt: moment("pinned_at").notNull().defaultNow(),
  },
  (t) => [index("environment_baselines_evaluation").on(t.evaluationId)],
)

/** One try at a run: from the start of a process to its end, whatever ended it. */
export const attempts = pgTable(
  "attempts",
  {
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    number: integer().notNull(),
    /** Why it was started, and for a resumed run by whom and for what. */
    reason: text().$type<AttemptReason>().notNull(),
    resumeMode: text("resume_mode").$type<ResumeMode>(),
    resumedBy: text("resumed_by"),
    executor: text().notNull(),
    machine: text().notNull(),
    /** Where it lives, as the executor described it, until nothing of it is left there. */
    handle: jsonb().$type<JsonObject>(),
    /** How many processes share its rollouts. */
    processes: integer().notNull().default(1),
    /** The runner's last word, kept with the offset of the spool behind it. */
    lastWord: jsonb("last_word").$type<RunnerLastWord>(),
    samples: integer().notNull().default(0),
    errored: integer().notNull().default(0),
    startedAt: moment("started_at").notNull().defaultNow(),
    endedAt: moment("ended_at"),
    ended: text().$type<AttemptEnd>(),
    endDetail: text("end_detail"),
  },
  (t) => [
    primaryKey({ columns: [t.evaluationId, t.number] }),
    index("attempts_on_machine").on(t.machine).where(sql`handle is not null`),
    index("attempts_lost").on(t.executor, t.endedAt.desc().nullsFirst()).where(sql`ended = 'lost'`),
  ],
)

/** The statistics of a run that has ended, computed once. */
export const runStatistics = pgTable("run_statistics", {
  evaluationId: text("evaluation_id")
    .primaryKey()
    .references(() => evaluations.id, { onDelete: "cascade" }),
  /** What they were computed from; another value means that samples came or went since. */
  basis: text().notNull(),
  statistics: json().$type<RunStatistics>().notNull(),
  /** Of the reward, apart from the rest, which lists would read for this alone. */
  interval95: json().$type<Interval95>().generatedAlwaysAs(sql`statistics -> 'reward' -> 'interval95'`),
})

/** The runs that a person marked to find them again. */
export const stars = pgTable(
  "evaluation_stars",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
  },
  (t) => [primaryKey({ columns: [t.userId, t.evaluationId] }), index("evaluation_stars_evaluation").on(t.evaluationId)],
)

/** What a run knows that nobody else may read, encrypted; deleted when the run ends. */
export const runSecrets = pgTable("run_secrets", {
  evaluationId: text("evaluation_id")
    .primaryKey()
    .references(() => evaluations.id, { onDelete: "cascade" }),
  /** One-off secrets, as they came with the launch. */
  sealed: bytea(),
  /** Everything secret that the running attempt was given, so that a worker that takes it over hides the same. */
  sealedAttempt: bytea("sealed_attempt"),
})

/** The key of one attempt of one run; it dies with the attempt. */
export const runTokens = pgTable(
  "run_tokens",
  {
    hash: text().primaryKey(),
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    /** What it may be used for beyond models. */
    permissions: text().array().$type<Permission[]>().notNull().default(sql`'{}'`),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
  },
  (t) => [index("run_tokens_evaluation").on(t.evaluationId)],
)

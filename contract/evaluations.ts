import { z } from "zod"
import { Id, JsonObject, QueryFlag, Timestamp } from "./common.ts"
import { ErrorGroup, Failure, FailureClass, SampleProblem } from "./failures/shapes.ts"
import { limits, secretNamePattern } from "./limits.ts"

export const EvaluationStatus = z
  .enum(["PENDING", "RUNNING", "PROCESSING", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"])
  .meta({ id: "EvaluationStatus" })
export type EvaluationStatus = z.infer<typeof EvaluationStatus>

export const EvaluationType = z.enum(["suite", "training", "environment"]).meta({ id: "EvaluationType" })

/** Finer than the status: what a run that is under way is doing. */
export const EvaluationPhase = z.enum(["queued", "installing", "starting", "running", "finishing", "ended"])
export type EvaluationPhase = z.infer<typeof EvaluationPhase>

const isHeader = (line: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*$/.test(line) && !/[\r\n]/.test(line)

const CustomSecrets = z
  .record(
    z
      .string()
      .regex(secretNamePattern, "a secret's name is upper-case letters, digits and _ and starts with a letter")
      .max(limits.secretNameCharactersMax),
    z.string().max(limits.secretValueBytesMax),
  )
  .refine((secrets) => Object.keys(secrets).length <= limits.secretsMax, `at most ${limits.secretsMax} secrets`)

export const HostedEvalConfig = z
  .object({
    num_examples: z.int().min(limits.examplesMin).max(limits.examplesMax),
    rollouts_per_example: z.int().min(limits.rolloutsMin).max(limits.rolloutsMax),
    env_args: JsonObject.nullish(),
    allow_sandbox_access: z.boolean().nullish(),
    allow_instances_access: z.boolean().nullish(),
    allow_tunnel_access: z.boolean().nullish(),
    timeout_minutes: z.int().min(limits.timeoutMinutesMin).max(limits.timeoutMinutesMax).nullish(),
    custom_secrets: CustomSecrets.nullish(),
    sampling_args: JsonObject.nullish(),
    max_concurrent: z.int().min(limits.maxConcurrentMin).max(limits.examplesMax).nullish(),
    max_retries: z.int().min(limits.maxRetriesMin).max(limits.examplesMax).nullish(),
    state_columns: z.array(z.string().min(1)).nullish(),
    independent_scoring: z.boolean().nullish(),
    verbose: z.boolean().nullish(),
    headers: z.array(z.string().refine(isHeader, 'a header is written "Name: value"')).nullish(),
    extra_env_kwargs: JsonObject.nullish(),
    api_client_type: z.string().nullish(),
    api_base_url: z.string().nullish(),
    api_key_var: z.string().nullish(),
    // Extensions: what the run may use before it is stopped.
    max_cost_usd: z.number().positive().max(limits.budgetUsdMax).nullish(),
    max_total_tokens: z.int().min(1).max(limits.examplesMax).nullish().describe("Prompt and completion tokens of all requests"),
    on_rollout_exception: z
      .enum(["record", "abort"])
      .nullish()
      .describe(
        "Extension: what an exception in one rollout does. record (default): its error is kept and the run goes on. abort: it ends",
      ),
  })
  .meta({ id: "HostedEvalConfig" })
export type HostedEvalConfig = z.infer<typeof HostedEvalConfig>

/** The run's model is asked at an endpoint of its own, past the platform's gateway. */
export const hasOwnEndpoint = (config: unknown): boolean => Boolean((config as HostedEvalConfig | null)?.api_base_url)

export const CreateHostedEvaluationRequest = z
  .object({
    environment_ids: z.array(z.string().min(1)).min(1).max(limits.environmentsPerLaunchMax),
    inference_model: z.string().min(1),
    eval_config: HostedEvalConfig,
    team_id: z.string().nullish(),
    name: z.string().trim().min(1).max(limits.nameCharactersMax).nullish(),
    /** Extension: a second request with the same key answers with the evaluations of the first. */
    idempotency_key: z.string().min(8).max(100).nullish(),
  })
  .meta({ id: "CreateHostedEvaluationRequest" })
export type CreateHostedEvaluationRequest = z.infer<typeof CreateHostedEvaluationRequest>

export const CreateHostedEvaluationResponse = z
  .object({
    evaluation_id: Id,
    sandbox_id: z.string().nullable(),
    status: z.string(),
    evaluation_ids: z.array(Id).nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "CreateHostedEvaluationResponse" })

export const Progress = z.object({ total: z.int().nullable(), started: z.int(), done: z.int(), errored: z.int() }).meta({ id: "Progress" })
export type Progress = z.infer<typeof Progress>

/** Tokens and money of a run or a rollout, as metered by the inference gateway. Cost is null when no price is known. */
export const UsageTotals = z
  .object({
    requests: z.int(),
    failed_requests: z.int(),
    prompt_tokens: z.int(),
    cached_tokens: z.int(),
    reasoning_tokens: z.int(),
    completion_tokens: z.int(),
    cost_usd: z.number().nullable(),
    sandbox_seconds: z.number().nullish().describe("How long the run's processes were at work"),
    sandbox_cost_usd: z.number().nullish().describe("What that time cost; it is part of cost_usd, and null where it is not charged"),
  })
  .meta({ id: "UsageTotals" })
export type UsageTotals = z.infer<typeof UsageTotals>

export const Evaluation = z
  .object({
    evaluation_id: Id,
    name: z.string(),
    status: EvaluationStatus,
    eval_type: EvaluationType,
    user_id: z.string().nullable(),
    team_id: z.string().nullable(),
    environment_ids: z.array(z.string()).nullable(),
    environment_names: z.array(z.string()).nullable(),
    suite_id: z.string().nullable(),
    run_id: z.string().nullable(),
    version_id: z.string().nullable(),
    is_hosted: z.boolean(),
    sandbox_id: z.string().nullable(),
    inference_model: z.string().nullable(),
    eval_config: JsonObject.nullable(),
    error_message: z.string().nullable(),
    logs: z.string().nullable(),
    model_name: z.string().nullable(),
    dataset: z.string().nullable(),
    framework: z.string().nullable(),
    task_type: z.string().nullable(),
    description: z.string().nullable(),
    tags: z.array(z.string()),
    total_samples: z.int(),
    avg_score: z.number().nullable(),
    min_score: z.number().nullable(),
    max_score: z.number().nullable(),
    started_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
    created_at: Timestamp,
    updated_at: Timestamp,
    metadata: JsonObject,
    metrics: JsonObject.nullable(),
    viewer_url: z.string().nullable(),
    is_public: z.boolean(),
    show_on_leaderboard: z.boolean(),
    statistics: JsonObject.nullable(),
    chartData: JsonObject.nullable(),
    rubricInfo: JsonObject.nullable(),
    detailedMetrics: JsonObject.nullable(),
    rewardStats: JsonObject.nullable(),
    // Extensions from here on: a platform without them leaves them out.
    environment: z
      .object({
        id: z.string(),
        owner: z.string(),
        name: z.string(),
        version: z.string().nullable(),
        content_hash: z.string().nullable(),
      })
      .nullish(),
    phase: EvaluationPhase.nullish(),
    phase_detail: z.string().nullish(),
    progress: Progress.nullish(),
    failure: Failure.nullish(),
    usage: UsageTotals.nullish(),
    created_by: z.string().nullish(),
    timeout_at: Timestamp.nullish(),
    executor: z.string().nullish(),
    refused_permissions: z
      .array(z.string())
      .nullish()
      .describe("What the run's code asked the platform for without having been allowed: sandbox, instances, tunnel"),
    attempt: z.int().nullish().describe("Number of the newest attempt; 0 before the first"),
    waits_for: z.string().nullish().describe("Why a run that is due has not begun"),
  })
  .meta({ id: "GetEvaluationResponse" })
export type Evaluation = z.infer<typeof Evaluation>

export const evaluationSorts = ["created_at", "updated_at", "avg_score", "name", "model"] as const

export const ListEvaluationsQuery = z.object({
  team_id: z.string().nullish(),
  environment_id: z.string().nullish(),
  environment_name: z.string().nullish(),
  suite_id: z.string().nullish(),
  skip: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(50),
  // Extensions
  status: z.string().nullish().describe("One status, or several joined by commas"),
  model: z.string().nullish(),
  search: z.string().max(200).nullish(),
  is_hosted: QueryFlag.nullish(),
  sort_by: z.enum(evaluationSorts).default("created_at"),
  sort_order: z.enum(["asc", "desc"]).default("desc"),
})
export type ListEvaluationsQuery = z.infer<typeof ListEvaluationsQuery>

export const ListEvaluationsResponse = z
  .object({ evaluations: z.array(Evaluation), total: z.int(), skip: z.int(), limit: z.int() })
  .meta({ id: "ListEvaluationsResponse" })
export type ListEvaluationsResponse = z.infer<typeof ListEvaluationsResponse>

export const EnvironmentReference = z
  .object({ id: z.string().min(1), version_id: z.string().nullish() })
  .meta({ id: "EnvironmentReference" })

export const CreateEvaluationRequest = z
  .object({
    name: z.string().min(1).max(limits.nameCharactersMax),
    team_id: z.string().nullish(),
    environments: z.array(EnvironmentReference).nullish(),
    suite_id: z.string().nullish(),
    run_id: z.string().nullish(),
    is_hosted: z.boolean().default(false),
    inference_model: z.string().nullish(),
    eval_config: HostedEvalConfig.nullish(),
    model_name: z.string().nullish(),
    dataset: z.string().nullish(),
    framework: z.string().nullish(),
    task_type: z.string().nullish(),
    description: z.string().nullish(),
    tags: z.array(z.string()).default([]),
    metadata: JsonObject.nullish(),
    metrics: JsonObject.nullish(),
    is_public: z.boolean().default(false),
    show_on_leaderboard: z.boolean().default(false),
  })
  .meta({ id: "CreateEvaluationRequest" })
export type CreateEvaluationRequest = z.infer<typeof CreateEvaluationRequest>

export const CreateEvaluationResponse = z
  .object({
    evaluation_id: Id,
    name: z.string(),
    status: EvaluationStatus,
    eval_type: EvaluationType,
    environment_ids: z.array(z.string()).nullable(),
    suite_id: z.string().nullable(),
    run_id: z.string().nullable(),
    version_id: z.string().nullable(),
    viewer_url: z.string().nullable(),
    created_at: Timestamp,
  })
  .meta({ id: "CreateEvaluationResponse" })

export const UpdateEvaluationRequest = z
  .object({
    name: z.string().min(1).max(limits.nameCharactersMax).nullish(),
    description: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    metadata: JsonObject.nullish(),
    metrics: JsonObject.nullish(),
    model_name: z.string().nullish(),
    dataset: z.string().nullish(),
    framework: z.string().nullish(),
    task_type: z.string().nullish(),
    inference_model: z.string().nullish(),
    eval_config: HostedEvalConfig.nullish(),
    is_public: z.boolean().nullish(),
    show_on_leaderboard: z.boolean().nullish(),
  })
  .meta({ id: "UpdateEvaluationRequest" })
export type UpdateEvaluationRequest = z.infer<typeof UpdateEvaluationRequest>

export const UpdateEvaluationResponse = z
  .object({ evaluation_id: Id, name: z.string(), status: EvaluationStatus, updated_at: Timestamp })
  .meta({ id: "UpdateEvaluationResponse" })

export const FinalizeEvaluationRequest = z.object({ metrics: JsonObject.nullish() }).meta({ id: "FinalizeEvaluationRequest" })

export const FinalizeEvaluationResponse = z
  .object({
    evaluation_id: Id,
    status: EvaluationStatus,
    message: z.string().nullable(),
    total_samples: z.int().nullable(),
    avg_score: z.number().nullable(),
    min_score: z.number().nullable(),
    max_score: z.number().nullable(),
    viewer_url: z.string().nullable(),
  })
  .meta({ id: "FinalizeEvaluationResponse" })

export const PushSamplesRequest = z.object({ samples: z.array(JsonObject) }).meta({ id: "PushSamplesRequest" })
export const PushSamplesResponse = z
  .object({ evaluation_id: Id, samples_pushed: z.int(), status: EvaluationStatus })
  .meta({ id: "PushSamplesResponse" })

export const GetSamplesResponse = z
  .object({ evaluation_id: Id, samples: z.array(JsonObject), total: z.int(), page: z.int(), limit: z.int(), total_pages: z.int() })
  .meta({ id: "GetSamplesResponse" })

export const BulkDeleteEvaluationsRequest = z
  .object({ evaluation_ids: z.array(z.string()).min(1).max(100) })
  .meta({ id: "BulkDeleteEvaluationsRequest" })
export const BulkDeleteEvaluationsResponse = z
  .object({ success_count: z.int(), failure_count: z.int(), successful_ids: z.array(z.string()), failed_ids: z.array(z.string()) })
  .meta({ id: "BulkDeleteEvaluationsResponse" })

export const CancelHostedEvaluationResponse = z
  .object({ success: z.boolean(), message: z.string(), evaluation_id: Id, status: z.string() })
  .meta({ id: "CancelHostedEvaluationResponse" })

/** What a resumed run does: rollouts that no attempt finished, those that ended with an error, or both. */
export const ResumeMode = z.enum(["missing_and_errored", "errors_only", "missing"]).meta({ id: "ResumeMode" })
export type ResumeMode = z.infer<typeof ResumeMode>

export const ResumeHostedEvaluationRequest = z
  .object({
    mode: ResumeMode.default("missing_and_errored"),
    custom_secrets: CustomSecrets.nullish().describe("One-off secrets are deleted when a run ends: those it had must be given again"),
  })
  .meta({ id: "ResumeHostedEvaluationRequest" })
export type ResumeHostedEvaluationRequest = z.infer<typeof ResumeHostedEvaluationRequest>

export const AttemptReason = z.enum(["launched", "resumed", "continued"])
export type AttemptReason = z.infer<typeof AttemptReason>

/** `lost`: the process ended without a word. `stopped`: the platform stopped, and the run went on later. */
export const AttemptEnd = z.enum(["completed", "failed", "timeout", "cancelled", "stopped", "lost"])
export type AttemptEnd = z.infer<typeof AttemptEnd>

/** One try at a run. A crash or a stop of the platform makes another, and so does resuming a run that has ended. */
export const Attempt = z
  .object({
    number: z.int(),
    reason: AttemptReason,
    resume_mode: ResumeMode.nullable(),
    resumed_by: z.string().nullable(),
    started_at: Timestamp,
    ended_at: Timestamp.nullable(),
    ended: AttemptEnd.nullable().describe("null while it is at work"),
    end_detail: z.string().nullable(),
    executor: z.string(),
    machine: z.string(),
    samples: z.int().describe("Rollouts that it finished, with or without an error"),
    errored: z.int(),
  })
  .meta({ id: "Attempt" })
export type Attempt = z.infer<typeof Attempt>

export const ListAttemptsResponse = z.object({ evaluation_id: Id, attempts: z.array(Attempt) }).meta({ id: "ListAttemptsResponse" })
export type ListAttemptsResponse = z.infer<typeof ListAttemptsResponse>

export const GetHostedEvaluationLogsResponse = z
  .object({ logs: z.string(), sandbox_id: z.string().nullable(), evaluation_id: Id })
  .meta({ id: "GetHostedEvaluationLogsResponse" })

// Extensions: the same data in the shape that a live page needs.

/** How one rollout ended. A metric of 0 is a result; an error is not. */
export const RolloutOutcome = z.enum(["ok", "truncated", "error"])
export type RolloutOutcome = z.infer<typeof RolloutOutcome>

/** One sample without its messages: a row of the samples table. `seq` grows by one per stored sample of a run. */
export const SampleSummary = z
  .object({
    sample_id: z.string(),
    seq: z.int(),
    example_id: z.string(),
    rollout_index: z.int(),
    attempt: z.int().nullish().describe("The attempt that did it"),
    supersedes: z.string().nullish().describe("The sample of the same rollout whose place it took"),
    superseded: z.boolean().nullish().describe("A newer sample took its place; lists and statistics leave it out"),
    reward: z.number().nullable(),
    metrics: z.record(z.string(), z.number()),
    outcome: RolloutOutcome,
    error: z.string().nullable(),
    error_class: FailureClass.nullable().describe("Of the error, or of what the library counts as a result although it went wrong"),
    stop_condition: z.string().nullable(),
    input_tokens: z.int().nullable(),
    output_tokens: z.int().nullable(),
    usage: UsageTotals.nullish().describe("As metered by the inference gateway; null for what did not ask it"),
    duration_ms: z.number().nullable(),
    prompt_preview: z.string(),
    completion_preview: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: "SampleSummary" })
export type SampleSummary = z.infer<typeof SampleSummary>

/** Sort keys of the samples table; `metric:<name>` sorts by a metric. */
export const sampleSorts = ["seq", "example", "reward", "duration", "tokens"] as const

export const ListSampleSummariesQuery = z.object({
  after: z.string().nullish().describe("The `next` of the page before"),
  since_seq: z.coerce.number().int().min(0).max(limits.int4Max).nullish().describe("Only samples stored after this seq, oldest first"),
  limit: z.coerce.number().int().min(1).max(limits.samplesPageMax).default(100),
  outcome: RolloutOutcome.nullish(),
  error_class: FailureClass.nullish(),
  reward_min: z.coerce.number().nullish(),
  reward_max: z.coerce.number().nullish(),
  example_id: z.string().nullish(),
  search: z.string().max(200).nullish(),
  sort_by: z
    .string()
    .regex(/^(seq|example|reward|duration|tokens|metric:.{1,200})$/, `one of ${sampleSorts.join(", ")}, metric:<name>`)
    .default("example"),
  sort_order: z.enum(["asc", "desc"]).default("asc"),
})
export type ListSampleSummariesQuery = z.infer<typeof ListSampleSummariesQuery>

export const ListSampleSummariesResponse = z
  .object({ evaluation_id: Id, samples: z.array(SampleSummary), total: z.int(), next: z.string().nullable() })
  .meta({ id: "ListSampleSummariesResponse" })
export type ListSampleSummariesResponse = z.infer<typeof ListSampleSummariesResponse>

export const SampleDetail = z
  .object({
    summary: SampleSummary,
    sample: JsonObject,
    problems: z.array(SampleProblem),
    previous_id: z.string().nullable(),
    next_id: z.string().nullable(),
    same_rollout: z
      .array(SampleSummary)
      .nullish()
      .describe("Every sample of this rollout, oldest first, when it was done more than once; the last one counts"),
  })
  .meta({ id: "SampleDetail" })
export type SampleDetail = z.infer<typeof SampleDetail>

export const ListErrorGroupsResponse = z.object({ evaluation_id: Id, groups: z.array(ErrorGroup) }).meta({ id: "ListErrorGroupsResponse" })
export type ListErrorGroupsResponse = z.infer<typeof ListErrorGroupsResponse>

/** Where a line came from: printed by the environment, sent by a Python logger, or said by the platform. */
export const logStreams = ["stdout", "stderr", "log", "platform"] as const
/** From the least to the most urgent. */
export const logLevels = ["debug", "info", "warning", "error"] as const

export const LogLine = z
  .object({
    n: z.int().describe("Line number, from 0"),
    at: Timestamp,
    stream: z.enum(logStreams),
    level: z.enum(logLevels),
    text: z.string(),
    characters: z.int().nullish().describe("The length of the text, where it was cut"),
  })
  .meta({ id: "LogLine" })
export type LogLine = z.infer<typeof LogLine>

/** Which lines of a log are meant. */
export const LogFilter = z.object({
  search: z.string().max(limits.logSearchCharactersMax).nullish().describe("Text that the line holds, in any case"),
  level: z.enum(logLevels).nullish().describe("This level and the ones above"),
  stream: z.enum(logStreams).nullish(),
})
export type LogFilter = z.infer<typeof LogFilter>

const lineNumber = z.coerce.number().int().min(0).max(limits.int4Max)

export const ListLogLinesQuery = LogFilter.extend({
  from: lineNumber.nullish().describe("First line number; without it the newest lines come, or with a filter the first that fit"),
  limit: z.coerce.number().int().min(1).max(limits.logLinesPageMax).default(1000),
  characters: z.coerce.number().int().min(1).max(limits.int4Max).nullish().describe("Cut longer lines to this length"),
})
export type ListLogLinesQuery = z.infer<typeof ListLogLinesQuery>

const nextLine = z
  .int()
  .describe(
    "Ask from this line for what comes later. Less than `total` means that there is more to look through, also when nothing was found",
  )

export const ListLogLinesResponse = z
  .object({ evaluation_id: Id, lines: z.array(LogLine), total: z.int(), next: nextLine })
  .meta({ id: "ListLogLinesResponse" })
export type ListLogLinesResponse = z.infer<typeof ListLogLinesResponse>

export const FindLogHitsQuery = LogFilter.extend({ from: lineNumber.default(0) })
export type FindLogHitsQuery = z.infer<typeof FindLogHitsQuery>

export const FindLogHitsResponse = z
  .object({ evaluation_id: Id, numbers: z.array(z.int()).describe("Numbers of the lines that fit"), total: z.int(), next: nextLine })
  .meta({ id: "FindLogHitsResponse" })
export type FindLogHitsResponse = z.infer<typeof FindLogHitsResponse>

export const DownloadLogQuery = LogFilter.extend({
  format: z.enum(["text", "jsonl"]).default("text").describe("text: the lines as they were printed; jsonl: one LogLine per line"),
})
export type DownloadLogQuery = z.infer<typeof DownloadLogQuery>

const Spread = z.object({
  count: z.int(),
  mean: z.number(),
  std: z.number(),
  min: z.number(),
  p25: z.number(),
  median: z.number(),
  p75: z.number(),
  max: z.number(),
})

export const Distribution = z
  .object({
    name: z.string(),
    ...Spread.shape,
    /** Half width of the 95 % interval of the mean, clustered by example; null with fewer than two examples. */
    interval95: z.number().nullable(),
    bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
  })
  .meta({ id: "Distribution" })
export type Distribution = z.infer<typeof Distribution>

export const RunStatistics = z
  .object({
    evaluation_id: Id,
    samples: z.int(),
    examples: z.int(),
    errored: z.int(),
    truncated: z.int(),
    /** Over every sample, errored ones with the reward that was recorded for them: what the library calls avg_reward. */
    reward: Distribution.nullable(),
    reward_without_errors: z.number().nullable(),
    metrics: z.array(Distribution),
    pass_at_k: z.array(z.object({ k: z.int(), pass_at: z.number(), pass_all: z.number() })),
    pass_threshold: z.number(),
    by_example: z
      .array(
        z.object({ example_id: z.string(), count: z.int(), mean: z.number().nullable(), std: z.number().nullable(), errored: z.int() }),
      )
      .describe("At most the first 5,000 examples"),
  })
  .meta({ id: "RunStatistics" })
export type RunStatistics = z.infer<typeof RunStatistics>

/** What the event stream tells about a run. A hint: rows are the truth, and a reader that missed hints asks again. */
export const EvaluationNotice = z
  .object({
    evaluation_id: Id,
    environment_id: z.string().nullable(),
    status: EvaluationStatus,
    phase: EvaluationPhase,
    phase_detail: z.string().nullable(),
    progress: Progress,
    avg_score: z.number().nullable(),
    samples: z.int(),
    log_lines: z.int(),
    updated_at: Timestamp,
  })
  .meta({ id: "EvaluationNotice" })
export type EvaluationNotice = z.infer<typeof EvaluationNotice>

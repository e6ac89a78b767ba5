import * as z from "zod"
import { accessRoles } from "./access/roles.ts"
import { Id, JsonObject, QueryFlag, Timestamp } from "./common.ts"
import { Baseline } from "./compare/baseline.ts"
import { Failure } from "./failures/shapes.ts"
import { ScoresOf } from "./hosted-evaluations.ts"
import { limits } from "./limits.ts"
import { RunColumnsQuery, RunColumnValues } from "./lists/run-columns.ts"
import { RunTag, RunTags } from "./lists/run-marks.ts"
import { HostedEvalConfig } from "./run-config/derived.ts"
import { Interval95 } from "./statistics/run-statistics.ts"
import { Settling } from "./statistics/settled/settling.ts"

export const EvaluationStatus = z
  .enum(["PENDING", "RUNNING", "PROCESSING", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"])
  .meta({ id: "EvaluationStatus" })
export type EvaluationStatus = z.infer<typeof EvaluationStatus>

export const EvaluationType = z.enum(["suite", "training", "environment"]).meta({ id: "EvaluationType" })

/** Finer than the status: what a run that is under way is doing. */
export const EvaluationPhase = z.enum(["queued", "installing", "starting", "running", "finishing", "ended"])
export type EvaluationPhase = z.infer<typeof EvaluationPhase>

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
    schedule_id: z.string().nullish().describe("Extension: the schedule that launched it"),
    run_id: z.string().nullish(),
    version_id: z.string().nullable(),
    is_hosted: z.boolean(),
    sandbox_id: z.string().nullish(),
    inference_model: z.string().nullable(),
    eval_config: JsonObject.nullish(),
    error_message: z.string().nullable(),
    logs: z.string().nullish(),
    model_name: z.string().nullable(),
    dataset: z.string().nullable(),
    framework: z.string().nullish(),
    task_type: z.string().nullish(),
    description: z.string().nullish(),
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
    metrics: JsonObject.nullish(),
    viewer_url: z.string().nullable(),
    is_public: z.boolean(),
    show_on_leaderboard: z.boolean(),
    statistics: JsonObject.nullish(),
    chartData: JsonObject.nullish(),
    rubricInfo: JsonObject.nullish(),
    detailedMetrics: JsonObject.nullish(),
    rewardStats: JsonObject.nullish(),
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
    access_role: z.enum(accessRoles).nullish().describe("What the caller is in the owner of the evaluation"),
    timeout_at: Timestamp.nullish(),
    executor: z.string().nullish(),
    refused_permissions: z
      .array(z.string())
      .nullish()
      .describe("What the run's code asked the platform for without having been allowed: sandbox, instances, tunnel"),
    attempt: z.int().nullish().describe("Number of the newest attempt; 0 before the first"),
    stale: z
      .boolean()
      .nullish()
      .describe(`An upload that made no request for ${limits.uploadStaleMinutes} minutes; the next one continues it`),
    waits_for: z.string().nullish().describe("Why a run that is due has not begun, or one that runs does not get on"),
    notes: z.string().nullish().describe("What people wrote about the run, in Markdown; left out of lists"),
    starred: z.boolean().nullish().describe("Whether the caller gave it a star"),
    scores_of: ScoresOf.nullish(),
    settling: Settling.nullish(),
    archived_at: Timestamp.nullish().describe("Since when lists leave it out"),
    interval95: Interval95.nullish().describe("Of avg_score, once the run has ended"),
    columns: RunColumnValues.nullish().describe("In lists: what `columns` asked for"),
    baseline: Baseline.nullish().describe(
      "The evaluation that is pinned for its environment, where it has the same owner; it may be this one",
    ),
  })
  .meta({ id: "GetEvaluationResponse" })
export type Evaluation = z.infer<typeof Evaluation>

/** What lists leave out: it is large, or only the page of one run shows it. */
export const leftOutOfLists = [
  "sandbox_id",
  "eval_config",
  "logs",
  "framework",
  "task_type",
  "description",
  "metrics",
  "statistics",
  "chartData",
  "rubricInfo",
  "detailedMetrics",
  "rewardStats",
  "failure",
  "refused_permissions",
  "executor",
  "timeout_at",
  "run_id",
  "notes",
] as const satisfies (keyof Evaluation)[]

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
  tag: RunTag.nullish(),
  mine: QueryFlag.nullish().describe("true: those that the caller made"),
  starred: QueryFlag.nullish().describe("true: those that the caller gave a star"),
  archived: QueryFlag.nullish().describe("true: those that were archived, which are left out otherwise"),
  columns: RunColumnsQuery.nullish().describe(
    `Up to ${limits.listColumnsMax} of metric:NAME and config:PATH, joined by commas: means of metrics, values of the configuration`,
  ),
  sort_by: z.enum(evaluationSorts).default("created_at"),
  sort_order: z.enum(["asc", "desc"]).default("desc"),
  after: z.string().max(2000).nullish().describe("The `next` of the page before: unlike skip it misses nothing while runs come and go"),
  before: z.string().max(2000).nullish().describe("The `previous` of the page after, to go back; the first page where less is left"),
})
export type ListEvaluationsQuery = z.infer<typeof ListEvaluationsQuery>

export const ListEvaluationsResponse = z
  .object({
    evaluations: z.array(Evaluation),
    total: z.int(),
    skip: z.int(),
    limit: z.int(),
    previous: z.string().nullish(),
    next: z.string().nullish(),
  })
  .meta({ id: "ListEvaluationsResponse" })
export type ListEvaluationsResponse = z.infer<typeof ListEvaluationsResponse>

export const ListEvaluationModelsQuery = ListEvaluationsQuery.omit({
  model: true,
  skip: true,
  limit: true,
  sort_by: true,
  sort_order: true,
  columns: true,
  after: true,
  before: true,
})

export const ListEvaluationModelsResponse = z.object({ models: z.array(z.string()) }).meta({ id: "ListEvaluationModelsResponse" })
export type ListEvaluationModelsResponse = z.infer<typeof ListEvaluationModelsResponse>

export const ListEvaluationTagsResponse = z.object({ tags: z.array(z.string()) }).meta({ id: "ListEvaluationTagsResponse" })

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
    tags: RunTags.default([]),
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

export const ImportEvaluationQuery = z.object({
  name: z.string().min(1).max(limits.nameCharactersMax).nullish().describe("Without it, the names of its task and model"),
  environment: z
    .string()
    .min(1)
    .max(limits.nameCharactersMax)
    .nullish()
    .describe("owner/name of the environment, or what else it is called; without it, what the archive says"),
  model: z.string().min(1).max(limits.nameCharactersMax).nullish().describe("Without it, the model that the archive names"),
  team_id: z.string().nullish(),
})

export const ImportEvaluationResponse = z
  .object({ evaluation_id: Id, name: z.string(), total_samples: z.int(), viewer_url: z.string().nullable() })
  .meta({ id: "ImportEvaluationResponse" })

export const UpdateEvaluationRequest = z
  .object({
    name: z.string().min(1).max(limits.nameCharactersMax).nullish(),
    description: z.string().nullish(),
    tags: RunTags.nullish(),
    notes: z.string().max(limits.notesCharactersMax).nullish().describe("Markdown; an empty text takes the notes away"),
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
    status: EvaluationStatus.nullish().describe("How an upload ended, or that it goes on. A hosted run's status is the platform's own"),
    error_message: z
      .string()
      .max(limits.errorCharactersMax)
      .nullish()
      .describe("Why an upload failed; without a status it ends it as FAILED"),
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
export type FinalizeEvaluationResponse = z.infer<typeof FinalizeEvaluationResponse>

export const BulkDeleteEvaluationsRequest = z
  .object({ evaluation_ids: z.array(z.string()).min(1).max(100) })
  .meta({ id: "BulkDeleteEvaluationsRequest" })
export const BulkDeleteEvaluationsResponse = z
  .object({ success_count: z.int(), failure_count: z.int(), successful_ids: z.array(z.string()), failed_ids: z.array(z.string()) })
  .meta({ id: "BulkDeleteEvaluationsResponse" })
export type BulkDeleteEvaluationsResponse = z.infer<typeof BulkDeleteEvaluationsResponse>

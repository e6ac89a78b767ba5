import * as z from "zod"
import { Id, JsonObject, Timestamp } from "./common.ts"
import { limits } from "./limits.ts"
import { RunTags } from "./lists/run-marks.ts"
import { CustomSecrets } from "./run-config/custom-secrets.ts"
import { HostedEvalConfig } from "./run-config/derived.ts"
import { runFields } from "./run-config.ts"

export const CreateHostedEvaluationRequest = z
  .object({
    environment_ids: z.array(z.string().min(1)).min(1).max(limits.environmentsPerLaunchMax),
    inference_model: runFields.inference_model.shape,
    eval_config: HostedEvalConfig,
    team_id: z.string().nullish(),
    name: runFields.name.shape.nullish(),
    idempotency_key: z
      .string()
      .min(8)
      .max(100)
      .nullish()
      .describe(
        "Extension, also as the header Idempotency-Key: the same request again answers with the evaluations of the first; another one with the same key is a 409",
      ),
    tags: RunTags.nullish().describe("Extension: tags of the evaluations"),
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

/** One configuration with several models: as many runs, which are compared. */
export const LaunchSuiteRequest = CreateHostedEvaluationRequest.omit({ environment_ids: true, inference_model: true })
  .extend({
    environment_id: z.string().min(1),
    inference_models: z
      .array(runFields.inference_model.shape)
      .min(2)
      .max(limits.modelsPerSuiteMax)
      .refine((models) => new Set(models).size === models.length, "names a model twice"),
  })
  .meta({ id: "LaunchSuiteRequest" })
export type LaunchSuiteRequest = z.infer<typeof LaunchSuiteRequest>

export const LaunchSuiteResponse = z
  .object({
    suite_id: Id.describe("What the runs have in common: `suite_id` of GET /evaluations lists them"),
    evaluation_ids: z.array(Id).describe("One of each model, in their order"),
  })
  .meta({ id: "LaunchSuiteResponse" })
export type LaunchSuiteResponse = z.infer<typeof LaunchSuiteResponse>

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

export const ScoresOf = z
  .object({ evaluation_id: Id, reward_weights: z.record(z.string(), z.number()) })
  .meta({ id: "ScoresOf", description: "The evaluation whose stored rollouts this one scored again, and the weights that it was given" })
export type ScoresOf = z.infer<typeof ScoresOf>

export const ScoreAgainRequest = z
  .object({
    version: z.string().min(1).max(limits.nameCharactersMax).default("latest").describe("Version of the environment whose rubric scores"),
    env_args: JsonObject.nullish().describe("Arguments of the environment; those of the evaluation unless given"),
    reward_weights: z
      .record(z.string().min(1).max(limits.nameCharactersMax), z.number())
      .refine((weights) => Object.keys(weights).length <= limits.rewardWeightsMax, `at most ${limits.rewardWeightsMax}`)
      .nullish()
      .describe("Weights of reward functions, by their names, in place of the rubric's own"),
    name: z.string().min(1).max(limits.nameCharactersMax).nullish(),
    custom_secrets: CustomSecrets.nullish().describe("One-off secrets, such as the key of a judge: those of the evaluation were deleted"),
  })
  .meta({ id: "ScoreAgainRequest" })
export type ScoreAgainRequest = z.infer<typeof ScoreAgainRequest>

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
    processes: z.int().describe("How many processes share its rollouts"),
    samples: z.int().describe("Rollouts that it finished, with or without an error"),
    errored: z.int(),
  })
  .meta({ id: "Attempt" })
export type Attempt = z.infer<typeof Attempt>

export const ListAttemptsResponse = z.object({ evaluation_id: Id, attempts: z.array(Attempt) }).meta({ id: "ListAttemptsResponse" })
export type ListAttemptsResponse = z.infer<typeof ListAttemptsResponse>

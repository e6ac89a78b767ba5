import * as z from "zod"
import { Id, namedValues, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"
import { RolloutOutcome } from "../samples/samples.ts"
import { Distribution, MeanWithInterval, RunStatistics } from "../statistics/run-statistics.ts"

/** What a link shows beside the result of its run. */
const scope = {
  samples: z.boolean().describe("Whether the link shows every sample with its messages"),
  logs: z.boolean().describe("Whether the link shows the log"),
}

/** A link to a run that opens without an account. */
export const RunShare = z
  .object({
    id: Id,
    evaluation_id: Id,
    url: z.string(),
    ...scope,
    has_password: z.boolean().describe("Whether it asks for a password before it shows anything"),
    expires_at: Timestamp.nullable().describe("null: until it is revoked"),
    created_at: Timestamp,
    last_opened_at: Timestamp.nullable(),
  })
  .meta({ id: "RunShare" })
export type RunShare = z.infer<typeof RunShare>

export const CreateShareRequest = z
  .object({
    samples: scope.samples.default(false),
    logs: scope.logs.default(false),
    password: z
      .string()
      .min(limits.sharePasswordCharactersMin)
      .max(limits.sharePasswordCharactersMax)
      .nullish()
      .describe("What the link asks for before it shows anything; nothing unless given"),
    expires_in_days: z.int().min(1).max(limits.shareDaysMax).nullish().describe("Until it is revoked unless given"),
  })
  .meta({ id: "CreateShareRequest" })
export type CreateShareRequest = z.infer<typeof CreateShareRequest>

export const OpenShareRequest = z.object({ password: z.string().max(limits.sharePasswordCharactersMax) }).meta({ id: "OpenShareRequest" })

export const OpenedShare = z
  .object({ pass: z.string().describe("Opens the link in the password's place"), expires_at: Timestamp })
  .meta({ id: "OpenedShare" })
export type OpenedShare = z.infer<typeof OpenedShare>

const pass = z.string().max(1000).nullish().describe("From openShare: for a link with a password")

export const SharePass = z.object({ pass })

export const ListSharesResponse = z
  .object({
    evaluation_id: Id,
    shares: z.array(RunShare).describe("Newest first; a link that has expired is still there until it is revoked"),
  })
  .meta({ id: "ListSharesResponse" })
export type ListSharesResponse = z.infer<typeof ListSharesResponse>

/**
 * What everybody sees who opens a link. A field is here because it is meant to be public: nothing of the run comes along by itself, so no
 * person, team, environment variable, argument, cost or address does.
 */
export const SharedRun = z
  .object({
    name: z.string(),
    environment: z.string().nullable().describe("Its name, and its version where that has one: maze@0.2.0"),
    model: z.string().nullable(),
    status: z.string(),
    examples: z.int(),
    rollouts_per_example: z.int().nullable(),
    samples: z.int(),
    errored: z.int(),
    created_at: Timestamp,
    completed_at: Timestamp.nullable(),
    reward: Distribution.nullable(),
    metrics: z.array(Distribution),
    reward_scored: MeanWithInterval.nullable(),
    pass_at_k: RunStatistics.shape.pass_at_k,
    pass_threshold: z.number(),
    example_bins: Distribution.shape.bins.nullable(),
    scope: z.object(scope),
    expires_at: Timestamp.nullable(),
  })
  .meta({ id: "SharedRun" })
export type SharedRun = z.infer<typeof SharedRun>

export const SharedSample = z
  .object({
    sample_id: z.string(),
    example_id: z.string(),
    rollout_index: z.int(),
    reward: z.number().nullable(),
    metrics: namedValues(z.number()),
    outcome: RolloutOutcome,
    error: z.string().nullable(),
    prompt_preview: z.string(),
    completion_preview: z.string(),
  })
  .meta({ id: "SharedSample" })
export type SharedSample = z.infer<typeof SharedSample>

export const ListSharedSamplesQuery = z.object({
  after: z.string().nullish().describe("The `next` of the page before"),
  limit: z.coerce.number().int().min(1).max(limits.samplesPageMax).default(100),
  pass,
})
export type ListSharedSamplesQuery = z.infer<typeof ListSharedSamplesQuery>

export const ListSharedSamplesResponse = z
  .object({ samples: z.array(SharedSample), total: z.int(), next: z.string().nullable() })
  .meta({ id: "ListSharedSamplesResponse" })
export type ListSharedSamplesResponse = z.infer<typeof ListSharedSamplesResponse>

/** A message of a conversation as plain texts. */
export const SharedMessage = z
  .object({
    role: z.string().nullable().describe("null for what stands in no message, such as an error"),
    texts: z.array(z.object({ kind: z.string().describe("message, reasoning, call, result, error, answer or title"), text: z.string() })),
  })
  .meta({ id: "SharedMessage" })
export type SharedMessage = z.infer<typeof SharedMessage>

export const SharedSampleDetail = z
  .object({
    sample: SharedSample,
    messages: z.array(SharedMessage),
    cut: z.boolean().describe("Whether the sample has more text than is shown"),
    previous_id: z.string().nullable(),
    next_id: z.string().nullable(),
  })
  .meta({ id: "SharedSampleDetail" })
export type SharedSampleDetail = z.infer<typeof SharedSampleDetail>

export const ListSharedLogQuery = z.object({
  from: z.coerce.number().int().min(0).max(limits.int4Max).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
  pass,
})
export type ListSharedLogQuery = z.infer<typeof ListSharedLogQuery>

export const ListSharedLogResponse = z
  .object({
    lines: z.array(z.object({ n: z.int(), at: Timestamp, text: z.string() })),
    total: z.int(),
    next: z.int().nullable(),
  })
  .meta({ id: "ListSharedLogResponse" })
export type ListSharedLogResponse = z.infer<typeof ListSharedLogResponse>

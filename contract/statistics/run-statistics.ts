import { z } from "zod"
import { Id } from "../common.ts"

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

export const Interval95 = z
  .object({
    low: z.number(),
    high: z.number(),
    approximate: z
      .boolean()
      .describe("Whether it is Student's t, since the values' range is not known: with few examples it covers less than 95 %"),
  })
  .meta({
    id: "Interval95",
    description: "The 95 % interval of the mean, with the rollouts of one example as a cluster. None with fewer than two examples.",
  })

export type Interval95 = z.infer<typeof Interval95>

const MeanWithInterval = z
  .object({ mean: z.number(), interval95: Interval95.nullable() })
  .meta({ id: "MeanWithInterval", description: "A mean over samples, and its 95 % interval with the rollouts of one example as a cluster" })
export type MeanWithInterval = z.infer<typeof MeanWithInterval>

export const Distribution = z
  .object({
    name: z.string(),
    ...Spread.shape,
    interval95: Interval95.nullable(),
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
    median_duration_ms: z.number().nullish().describe("Of a rollout, generation and scoring"),
    reward_without_errors: z.number().nullable(),
    reward_scored: MeanWithInterval.nullish().describe("Over the samples without an error that have a reward, with its interval"),
    reward_errors_as_zero: MeanWithInterval.nullish().describe("Over the same samples and those with an error, which count as 0"),
    error_rate: MeanWithInterval.nullish().describe("The share of samples with an error"),
    metrics: z.array(Distribution),
    text_metrics: z.array(z.string()).nullish().describe("Names of metrics that have no numbers"),
    pass_at_k: z.array(z.object({ k: z.int(), pass_at: z.number(), pass_all: z.number() })),
    pass_threshold: z.number(),
    by_example: z
      .array(
        z.object({ example_id: z.string(), count: z.int(), mean: z.number().nullable(), std: z.number().nullable(), errored: z.int() }),
      )
      .describe("The first 50 examples"),
    example_groups: z
      .array(
        z.object({
          from: z.string(),
          to: z.string(),
          examples: z.int(),
          count: z.int(),
          errored: z.int(),
          mean: z.number().nullable(),
        }),
      )
      .nullish()
      .describe("All examples in at most 100 groups of neighbours, each with the mean of its examples' means"),
  })
  .meta({ id: "RunStatistics" })
export type RunStatistics = z.infer<typeof RunStatistics>

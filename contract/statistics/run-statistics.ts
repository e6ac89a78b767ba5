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
    median_duration_ms: z.number().nullish().describe("Of a rollout, generation and scoring"),
    reward_without_errors: z.number().nullable(),
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

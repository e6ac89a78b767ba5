import * as z from "zod"
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
    of_all_examples: z
      .boolean()
      .optional()
      .describe(
        "Of a run that stopped when its answer was settled: of the mean over all of its examples, right whenever it stopped. Where such a run lacks this, its interval is made for one look",
      ),
  })
  .meta({
    id: "Interval95",
    description: "The 95 % interval of the mean, with the rollouts of one example as a cluster. None with fewer than two examples.",
  })

export type Interval95 = z.infer<typeof Interval95>

export const MeanWithInterval = z
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

const PassPoint = z
  .object({
    k: z.int(),
    pass_at: z.number().describe("The chance that at least one of k rollouts passes"),
    pass_all: z.number().describe("The chance that all of k rollouts pass"),
    examples: z.int().nullish().describe("How many examples have at least k rewards: those it is averaged over"),
    pass_at_interval95: Interval95.nullish(),
    pass_all_interval95: Interval95.nullish(),
  })
  .meta({ id: "PassPoint" })
export type PassPoint = z.infer<typeof PassPoint>

const VarianceSplit = z
  .object({
    between_examples: z.number().nullable(),
    within_examples: z.number().nullable(),
    icc: z.number().nullable().describe("Intraclass correlation: the share of the variance that lies between examples"),
    half_width: z.number().describe("Half of the width of the mean's 95 % interval"),
    half_width_twice_examples: z.number().describe("The same as it would be expected with twice the examples"),
    half_width_twice_rollouts: z.number().nullable().describe("The same with twice the rollouts of each example"),
  })
  .meta({
    id: "VarianceSplit",
    description:
      "The variance of rewards between examples and within them, and what more of either would do to a run that does not choose when to stop. Null where no example has two rewards.",
  })
export type VarianceSplit = z.infer<typeof VarianceSplit>

const Outcomes = z
  .object({
    pass: z.int(),
    fail: z.int(),
    truncated: z.int(),
    error: z.int(),
    unscored: z.int(),
    highest_fail: z.number().nullable().describe("The largest reward of those that fail, for a filter that finds them"),
  })
  .meta({
    id: "RolloutOutcomes",
    description: "Every sample once: with an error, truncated, without a reward, or with one that is at least `pass_threshold` or less",
  })
export type Outcomes = z.infer<typeof Outcomes>

const ExamplesByPass = z
  .object({
    always: z.int(),
    sometimes: z.int(),
    never: z.int(),
    sometimes_first: z.array(z.string()).describe("The first 10 of them"),
    never_first: z.array(z.string()).describe("The first 10 of them"),
  })
  .meta({
    id: "ExamplesByPass",
    description: "How many examples pass in all, some or none of their rollouts that have a reward and no error",
  })

export const RunStatistics = z
  .object({
    evaluation_id: Id,
    samples: z.int(),
    examples: z.int(),
    errored: z.int(),
    truncated: z.int(),
    clusters: z
      .object({ by: z.string(), count: z.int() })
      .optional()
      .describe(
        "By which field of a sample, as its author declares it, examples belong together, and how many groups there are: intervals take a group for one",
      ),
    /** Over every sample, errored ones with the reward that was recorded for them: what the library calls avg_reward. */
    reward: Distribution.nullable(),
    median_duration_ms: z.number().nullish().describe("Of a rollout, generation and scoring"),
    reward_without_errors: z.number().nullable(),
    reward_scored: MeanWithInterval.nullish().describe("Over the samples without an error that have a reward, with its interval"),
    reward_errors_as_zero: MeanWithInterval.nullish().describe("Over the same samples and those with an error, which count as 0"),
    retried: z
      .object({
        samples: z.int().describe("How many samples without an error took the place of one that had one"),
        mean: MeanWithInterval.nullable().describe("Of their rewards"),
        first_tries: MeanWithInterval.nullable().describe("Of the rewards of the other samples without an error"),
        differs: z.boolean().describe("Whether the two differ by more than chance would have it"),
      })
      .nullish()
      .describe("Of a run whose rollouts were tried again after an error"),
    error_rate: MeanWithInterval.nullish().describe("The share of samples with an error"),
    metrics: z.array(Distribution),
    text_metrics: z.array(z.string()).nullish().describe("Names of metrics that have no numbers"),
    reward_is_binary: z.boolean().nullish().describe("Whether every reward is 0 or 1"),
    variance: VarianceSplit.nullish(),
    pass_at_k: z.array(PassPoint).describe("k = 1, 2, 3 … 64, then the powers of two, up to the rollouts of an example"),
    pass_threshold: z.number().describe("A rollout passes when its reward is at least this"),
    outcomes: Outcomes.nullish(),
    examples_by_pass: ExamplesByPass.nullish(),
    example_bins: Distribution.shape.bins.nullish().describe("The distribution of examples' means, in at most 40 bins"),
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

export const RunStatisticsQuery = z.object({
  pass_threshold: z.coerce.number().nullish().describe("A rollout passes when its reward is at least this; 0.5 unless given"),
})

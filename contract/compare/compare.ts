import * as z from "zod"
import { Id } from "../common.ts"
import { EvaluationStatus } from "../evaluations.ts"
import { RolloutOutcome } from "../samples/samples.ts"
import { Interval95 } from "../statistics/run-statistics.ts"
import { Settling } from "../statistics/settled/settling.ts"

/** How many runs can be compared at once. */
export const comparedMax = 10

export const errorReadings = ["zero", "excluded"] as const

export const CompareQuery = z.object({
  runs: z
    .string()
    .max(comparedMax * 101)
    .describe(
      `Ids of 2 to ${comparedMax} evaluations, joined by commas; the first is the baseline. \`baseline\` stands for the one pinned for the environment of the others`,
    ),
  errors: z
    .enum(errorReadings)
    .default("zero")
    .describe("Rollouts that ended with an error: zero (default) counts them as a reward of 0, excluded leaves them out"),
  margin: z.coerce
    .number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe("Runs are equivalent when the whole interval of their difference is smaller than this; 0 (default) never calls them so"),
})
export type CompareQuery = z.infer<typeof CompareQuery>

export const PairVerdict = z.enum(["better", "worse", "equivalent", "cannot_tell"])
export type PairVerdict = z.infer<typeof PairVerdict>

export const ComparedToBaseline = z
  .object({
    examples: z.int().describe("How many examples both runs have a reward for"),
    difference: z
      .number()
      .nullable()
      .describe(
        "Mean reward less the baseline's, over these examples, each counted once; with the test betting_apart over all that each of the runs has drawn",
      ),
    interval95: Interval95.nullable(),
    verdict: PairVerdict.describe(
      "better, worse or equivalent by the interval; among more than two runs better and worse also need p_adjusted of at most 0.05",
    ),
    more_examples: z
      .int()
      .nullable()
      .describe("How many more examples would tell, in four of five cases, if the difference stays as it is"),
    improved: z.int(),
    regressed: z.int(),
    equal: z.int(),
    cannot_compare: z.int().describe("Examples for which one of the two has no reward"),
    test: z
      .enum(["mcnemar", "sign_flip", "betting", "betting_apart"])
      .describe(
        "What p_value is of: McNemar's exact test for single 0/1 rollouts, the sign-flip permutation test else; betting where a run stopped when its answer was settled, which is right whenever it did; betting_apart where both did and each drew its examples in an order of its own: right, too, but not paired. In an unknown range of rewards (a warning `one_look`) no such test can be made: it is one of the others and too small, and the verdict is cannot_tell",
      ),
    p_value: z.number(),
    p_adjusted: z.number().describe("By Holm's method over all runs that are compared with the baseline"),
    same_configuration: z
      .object({ draws: z.int(), called_different: z.int() })
      .nullable()
      .describe(
        "For a run with the baseline's own configuration (A/A): in how many of these draws, which run is which being left to chance, the verdict was better or worse. Null where one of both chose when to stop",
      ),
    wilcoxon_p: z
      .number()
      .nullable()
      .describe(
        "Of Wilcoxon's signed-rank test, which asks about ranks and not about the mean. Null where one of both stopped when its answer was settled: it is made for a number of examples that was fixed before",
      ),
  })
  .meta({ id: "ComparedToBaseline" })
export type ComparedToBaseline = z.infer<typeof ComparedToBaseline>

export const ComparedRun = z
  .object({
    evaluation_id: Id,
    name: z.string(),
    label: z.string().describe("What tells it from the others: its model, version or name"),
    model_name: z.string().nullable(),
    environment: z.object({ id: z.string(), owner: z.string(), name: z.string(), version: z.string().nullable() }).nullable(),
    status: EvaluationStatus,
    samples: z.int(),
    errored: z.int(),
    examples: z.int(),
    mean: z.number().nullable().describe("Mean reward over its rollouts, errors as the query says"),
    interval95: Interval95.nullable(),
    settling: Settling.nullish(),
    cost_usd_per_sample: z.number().nullable(),
    rank: z
      .object({ from: z.int(), to: z.int() })
      .describe("Places that it may have among the runs: 1 + those surely better, and their number less those surely worse"),
    against_baseline: ComparedToBaseline.nullable().describe("Null for the baseline itself"),
  })
  .meta({ id: "ComparedRun" })
export type ComparedRun = z.infer<typeof ComparedRun>

export const SettingDifference = z
  .object({
    key: z.string(),
    label: z.string(),
    values: z.array(z.unknown()).describe("One of each run, in their order; null where it is not set"),
  })
  .meta({ id: "SettingDifference" })
export type SettingDifference = z.infer<typeof SettingDifference>

export const CompareWarning = z
  .object({
    kind: z.string(),
    text: z.string().describe("What is not the same, and which conclusion that weakens"),
    evaluation_ids: z.array(Id).describe("The runs that it is about"),
  })
  .meta({ id: "CompareWarning" })
export type CompareWarning = z.infer<typeof CompareWarning>

export const CompareResponse = z
  .object({
    errors: z.enum(errorReadings),
    margin: z.number(),
    examples: z.int().describe("How many examples any of the runs has"),
    runs: z.array(ComparedRun).describe("In the order asked for, the baseline first"),
    groups: z
      .array(z.array(Id))
      .describe("Groups of runs without a clear difference, each as large as possible, the highest means first; a run may be in several"),
    differs: z.array(SettingDifference).describe("What the runs' configurations do not have in common"),
    same: z.array(z.object({ key: z.string(), label: z.string(), value: z.unknown() })),
    warnings: z.array(CompareWarning),
    pinned: Id.nullable().describe("The evaluation that is pinned as the baseline of the runs' environment"),
  })
  .meta({ id: "CompareResponse" })
export type CompareResponse = z.infer<typeof CompareResponse>

/** How a comparison is written as a table for a model card or a paper. */
export const comparisonTables = {
  markdown: { file: "comparison.md", contentType: "text/markdown" },
  latex: { file: "comparison.tex", contentType: "text/x-tex" },
} as const

export const CompareTableQuery = CompareQuery.extend({
  format: z
    .enum(Object.keys(comparisonTables) as (keyof typeof comparisonTables)[])
    .default("markdown")
    .describe("markdown (default), or latex with the rules of booktabs"),
})
export type CompareTableQuery = z.infer<typeof CompareTableQuery>

export const exampleChanges = ["improved", "regressed", "equal", "cannot_compare"] as const
export const ExampleChange = z.enum(exampleChanges)
export type ExampleChange = z.infer<typeof ExampleChange>

export const CompareExamplesQuery = CompareQuery.omit({ margin: true }).extend({
  run: Id.nullish().describe("The run whose difference from the baseline is listed; the second one unless given"),
  show: ExampleChange.nullish(),
  sort: z.enum(["difference", "example"]).default("difference"),
  order: z
    .enum(["asc", "desc"])
    .nullish()
    .describe("desc for differences and asc for examples unless given; what cannot be compared comes last"),
  cursor: z.string().max(200).nullish().describe("The `next` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export type CompareExamplesQuery = z.infer<typeof CompareExamplesQuery>

export const ComparedRollout = z.object({
  sample_id: z.string(),
  rollout_index: z.int(),
  reward: z.number().nullable(),
  outcome: RolloutOutcome,
})
export type ComparedRollout = z.infer<typeof ComparedRollout>

/** Rollouts of one example in one run that are listed; the mean is over all. */
export const comparedRolloutsMax = 32

export const ComparedExample = z
  .object({
    example_id: z.string(),
    prompt: z.string(),
    prompts_differ: z.boolean().describe("The runs asked something else under this id"),
    change: ExampleChange,
    difference: z.number().nullable().describe("Mean of the run less that of the baseline"),
    runs: z.array(
      z.object({
        mean: z.number().nullable(),
        count: z.int().describe("Over how many rollouts the mean is"),
        rollouts: z.array(ComparedRollout).describe(`The first ${comparedRolloutsMax}`),
      }),
    ),
  })
  .meta({ id: "ComparedExample" })
export type ComparedExample = z.infer<typeof ComparedExample>

export const CompareExamplesResponse = z
  .object({ examples: z.array(ComparedExample), total: z.int(), next: z.string().nullable() })
  .meta({ id: "CompareExamplesResponse" })
export type CompareExamplesResponse = z.infer<typeof CompareExamplesResponse>

/** Verdicts on which a gate may fail. */
export const failingVerdicts = ["worse", "cannot_tell", "equivalent"] as const

export const GateQuery = CompareQuery.extend({
  fail_on: z
    .string()
    .max(100)
    .default("worse")
    .describe(`Verdicts that are answered with 412, joined by commas: ${failingVerdicts.join(", ")}`),
})
export type GateQuery = z.infer<typeof GateQuery>

export const GateResponse = z
  .object({
    passed: z.boolean(),
    fail_on: z.array(PairVerdict),
    verdict: PairVerdict,
    sentence: z.string(),
    proof: z.string().describe("The difference with its interval and p-value"),
    baseline: ComparedRun,
    run: ComparedRun,
    warnings: z.array(CompareWarning),
  })
  .meta({
    id: "GateResponse",
    description: "As JSON where the request accepts application/json; else the sentence and its details as text",
  })
export type GateResponse = z.infer<typeof GateResponse>

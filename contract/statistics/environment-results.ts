import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { Interval95 } from "./run-statistics.ts"

/** What one model reached on one version of an environment, as its newest completed run says. */
export const EnvironmentResult = z
  .object({
    evaluation_id: Id,
    model: z.string(),
    version: z.string().nullable(),
    completed_at: Timestamp.nullable(),
    samples: z.int(),
    examples: z.int(),
    runs: z.int().describe("Completed runs of the model on this version among those looked at"),
    mean: z.number().describe("Mean reward over all samples of the run"),
    interval95: Interval95.nullable(),
    has_arguments: z.boolean().describe("The run gave the environment arguments of its own"),
  })
  .meta({ id: "EnvironmentResult" })
export type EnvironmentResult = z.infer<typeof EnvironmentResult>

/** One completed run among others of its environment. */
export const TrendPoint = z
  .object({
    evaluation_id: Id,
    model: z.string(),
    version: z.string().nullable(),
    completed_at: Timestamp.nullable(),
    mean: z.number(),
    interval95: Interval95.nullable(),
    line: z
      .int()
      .describe("Runs of one number are comparable: of one model, version, arguments and number of examples, and scored in one way"),
  })
  .meta({ id: "TrendPoint" })
export type TrendPoint = z.infer<typeof TrendPoint>

export const EnvironmentResults = z
  .object({
    results: z.array(EnvironmentResult).describe("The newest run first of each model and version, at most 30"),
    trend: z.array(TrendPoint).nullish().describe("The newest of these runs, at most 100, the oldest first"),
    runs: z.int().describe("How many completed runs were looked at: the newest, at most 200"),
  })
  .meta({ id: "EnvironmentResults" })
export type EnvironmentResults = z.infer<typeof EnvironmentResults>

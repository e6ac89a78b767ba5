import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { Interval95 } from "../statistics/run-statistics.ts"

/** One model on a leaderboard, by its newest run that stands there. */
export const LeaderboardRow = z
  .object({
    evaluation_id: Id,
    model: z.string(),
    completed_at: Timestamp.nullable(),
    examples: z.int(),
    samples: z.int(),
    errored: z.int(),
    mean: z.number().describe("Mean reward over its rollouts, errors as 0"),
    interval95: Interval95.nullable(),
    rank: z
      .object({ from: z.int(), to: z.int() })
      .describe("Places that it may have on the board: 1 + those surely better, and their number less those surely worse"),
    cost_usd_per_sample: z.number().nullable(),
  })
  .meta({ id: "LeaderboardRow" })
export type LeaderboardRow = z.infer<typeof LeaderboardRow>

export const Leaderboard = z
  .object({
    settings: z
      .array(z.object({ key: z.string(), label: z.string(), value: z.unknown() }))
      .describe("What all runs of the board have in common; they may differ in model, sampling and rollouts per example"),
    rows: z.array(LeaderboardRow).describe("The highest mean first, at most 20 models"),
  })
  .meta({ id: "Leaderboard" })
export type Leaderboard = z.infer<typeof Leaderboard>

export const Leaderboards = z
  .object({ boards: z.array(Leaderboard).describe("One for each way to run the environment, the newest first, at most 5") })
  .meta({ id: "Leaderboards" })
export type Leaderboards = z.infer<typeof Leaderboards>

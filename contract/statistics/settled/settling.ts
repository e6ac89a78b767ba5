import * as z from "zod"
import { Id } from "../../common.ts"
import type { Interval95, RunStatistics } from "../run-statistics.ts"

const Difference = z.object({
  evaluation_id: Id,
  difference: z.number().describe("Mean reward less that of the other run, over the examples that both have by now"),
  low: z.number().describe("Limits of the difference over all examples, as low and high are of the mean"),
  high: z.number(),
})

const Settled = z.object({
  kind: z.literal("settled"),
  verdict: z
    .enum(["margin", "above", "below", "suite"])
    .describe(
      "What is settled: the mean to within ± stop_margin, or that it lies above or below stop_threshold; with stop_against the same of the difference, or that it lies above or below 0. suite: the difference from each other run of its suite",
    ),
  examples: z.int().describe("How many examples the answer stands on: the first of the random order, with all of their rollouts"),
  of: z.int().describe("How many examples the run would have asked"),
  mean: z.number().describe("Mean reward of those examples"),
  low: z.number().describe("Limits of the mean of all examples, had they been asked: right in 95 % of runs, whenever one looks"),
  high: z.number(),
  against: Difference.nullish().describe("Of a run that stopped by its difference from another one (stop_against)"),
  suite: z
    .array(Difference.extend({ verdict: z.enum(["margin", "above", "below"]) }))
    .nullish()
    .describe(
      "Of a run that stopped by its differences from the other runs of its suite: their limits are wider than those of a comparison, since those of every pair of the suite are right together in 95 % of suites",
    ),
  saved: z.object({
    rollouts: z.int(),
    cost_usd: z.number().nullable().describe("At what the rollouts before them cost; null when that is not known"),
    seconds: z.number().nullable().describe("At what the rollouts before them took, with as many at the same time"),
  }),
})
export type Settled = z.infer<typeof Settled>

const Unsettled = z.object({
  kind: z.literal("off"),
  why: z.string().describe("Why the run asks every example although it was to stop early"),
})

/** What became of a run's wish to stop when its answer is settled; a run that has not settled, or asks everything, has none. */
export const Settling = z.discriminatedUnion("kind", [Settled, Unsettled]).meta({ id: "Settling" })
export type Settling = z.infer<typeof Settling>

/** The limits at which a run stopped since its answer was settled; null for any other run. */
export const settledInterval = (settling: Settling | null | undefined): Interval95 | null =>
  settling?.kind === "settled" ? { low: settling.low, high: settling.high, approximate: false, of_all_examples: true } : null

/**
 * The statistics of a run's samples, with the limits at which it stopped in the place of the reward's interval where its answer was settled: their bets
 * were made for the question that the run asked.
 */
export function withSettled(statistics: RunStatistics, settling: Settling | null): RunStatistics {
  const { reward, reward_scored: scored, errored } = statistics
  const interval95 = settledInterval(settling)
  if (!interval95 || !reward) return statistics
  return {
    ...statistics,
    reward: { ...reward, interval95 },
    ...(errored === 0 && scored ? { reward_scored: { ...scored, interval95 } } : {}),
  }
}

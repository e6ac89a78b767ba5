import * as z from "zod"
import { halfWidth } from "./interval.ts"
import type { RunStatistics } from "./run-statistics.ts"
import { normalQuantile } from "./special.ts"

/** How the rewards of an environment scatter, by the analysis of variance of `varianceSplit`. */
export const RewardSpread = z
  .object({
    mean: z.number(),
    between: z.number().describe("Variance between the examples' own means"),
    within: z.number().describe("Variance between the rollouts of one example"),
    is_unit: z.boolean().describe("Rewards lie between 0 and 1"),
  })
  .meta({ id: "RewardSpread" })
export type RewardSpread = z.infer<typeof RewardSpread>

/** Where nothing is known: rewards of 0 or 1 with a mean of ½, which scatter most, half of it between examples. */
export const assumedSpread: RewardSpread = { mean: 0.5, between: 0.125, within: 0.125, is_unit: true }

/** So many examples that scatter as is assumed are added to a run's own, lest the few of a pilot that all pass promise certainty. */
const assumedExamples = 4

/**
 * How the rewards of a run scatter; of single rollouts half of the variance counts as between examples. Null without a reward, and for rewards
 * beyond 0 to 1 that are all the same, which say nothing of how they scatter.
 */
export function spreadOfRun({ reward, variance, examples }: RunStatistics): RewardSpread | null {
  if (!reward) return null
  const is_unit = reward.min >= 0 && reward.max <= 1
  const half = reward.std ** 2 / 2
  const own = { mean: reward.mean, between: variance?.between_examples ?? half, within: variance?.within_examples ?? half }
  if (!is_unit) return own.between + own.within > 0 ? { ...own, is_unit } : null
  const blend = (key: keyof typeof own) => (examples * own[key] + assumedExamples * assumedSpread[key]) / (examples + assumedExamples)
  return { mean: blend("mean"), between: blend("between"), within: blend("within"), is_unit }
}

/**
 * How far two models find the same examples hard, as the correlation of their means on each. 0.3 is the low end of what is reported for
 * strong models (0.3 to 0.7: Miller, arXiv 2411.00640), so that a promise made with it is rather kept than not.
 */
export const sharedDifficulty = 0.3

/** Two-sided 5 %, power 80 %. */
const reach = normalQuantile(0.975) + normalQuantile(0.8)

export interface PlannedSize {
  examples: number
  /** Rollouts of each example. */
  rollouts: number
}

/**
 * Half the width of the 95 % interval that the mean of a run of this size is likely to have: the run's own interval (`meanInterval`) with the
 * spread that its examples' means are expected to have, between + within / rollouts. In units of the reward; null for fewer than two examples.
 */
export function plannedHalfWidth({ mean, between, within, is_unit }: RewardSpread, { examples, rollouts }: PlannedSize): number | null {
  if (examples < 2) return null
  const squares = (examples - 1) * (between + within / rollouts)
  return halfWidth({ count: examples, mean, size: examples, squares }, is_unit)
}

/**
 * The smallest difference of two models' means that two runs of this size, paired by example, tell from none in four of five cases, two-sided
 * at 5 %. In units of the reward. Null where there is none: fewer than two examples, or a difference wider than rewards between 0 and 1 can be.
 *
 * Formula: (z.975 + z.8) · sqrt( (ω² + 2 · within / rollouts) / examples ), with ω² = 2 · between · (1 − ρ), the variance of the difference of
 * the examples' own means, and ρ as `sharedDifficulty` (Miller, "Adding Error Bars to Evals", arXiv 2411.00640, section 5, with both models
 * alike). Assumes that the mean of differences is normal, which for fewer than some ten examples promises a little too much.
 */
export function detectableDifference({ between, within, is_unit }: RewardSpread, { examples, rollouts }: PlannedSize): number | null {
  if (examples < 2) return null
  const ofExamples = 2 * between * (1 - sharedDifficulty)
  const difference = reach * Math.sqrt((ofExamples + (2 * within) / rollouts) / examples)
  return is_unit && difference >= 1 ? null : difference
}

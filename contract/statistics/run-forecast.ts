import * as z from "zod"
import { type EarlierTotal, type ExpectedTotal, expectedTotal } from "./expected-total.ts"

/** What an earlier run says about the cost and the time of rollouts. */
export const RunFacts = z
  .object({
    rollouts: z.int(),
    tokens_per_rollout: z.number(),
    cost_usd_per_rollout: z.number().nullable().describe("At today's price; null when it is not known"),
    cost_variation: z.number().describe("Standard deviation of what its rollouts cost, or else of their tokens, divided by the mean"),
    seconds_per_rollout: z.number().nullable().describe("Null when its rollouts were not timed"),
    seconds_variation: z.number().nullable(),
    other_seconds: z
      .number()
      .nullable()
      .describe("What the run took beyond its rollouts one after the other in as many lanes as it had: beginning, end and waiting"),
  })
  .meta({ id: "RunFacts" })
export type RunFacts = z.infer<typeof RunFacts>

export interface RunForecast {
  tokens: ExpectedTotal | null
  /** US dollars; null when the price is not known, all 0 when there is none. */
  cost: ExpectedTotal | null
  seconds: ExpectedTotal | null
}

const nothing: ExpectedTotal = { median: 0, low: 0, high: 0 }

/** The squared variation of single rollouts over several runs, each weighing by its rollouts. A run of one says nothing of it. */
function squaredVariation(runs: readonly { rollouts: number; variation: number }[]): number {
  let degrees = 0
  let squares = 0
  for (const { rollouts, variation } of runs) {
    degrees += rollouts - 1
    squares += (rollouts - 1) * variation * variation
  }
  return degrees > 0 ? squares / degrees : 1
}

/**
 * What a run of so many rollouts comes to: tokens, money and time, each with the range that holds it in four of five cases (`expectedTotal`).
 *
 * Tokens and money grow with the rollouts: each earlier run's mean, with the chance s²/n of n rollouts whose variation is s. Time is
 * other + rollouts · seconds / lanes, with the lanes of the next run: that part has the chance of its rollouts, and the end that of the one rollout
 * for which all lanes wait.
 * @param lanes how many rollouts run at the same time at most
 */
export function forecastRun(earlier: readonly RunFacts[], rollouts: number, lanes: number): RunForecast {
  const variation = squaredVariation(earlier.map((run) => ({ rollouts: run.rollouts, variation: run.cost_variation })))
  const grown = (perRollout: (run: RunFacts) => number | null): ExpectedTotal | null => {
    const totals = earlier.map((run) => ({ total: (perRollout(run) ?? Number.NaN) * rollouts, chance: variation / run.rollouts }))
    if (totals.length > 0 && totals.every(({ total }) => total === 0)) return nothing
    return expectedTotal(
      totals.filter(({ total }) => total > 0),
      variation / rollouts,
    )
  }
  return {
    tokens: grown((run) => run.tokens_per_rollout),
    cost: grown((run) => run.cost_usd_per_rollout),
    seconds: secondsOf(earlier, rollouts, lanes),
  }
}

function secondsOf(earlier: readonly RunFacts[], rollouts: number, lanes: number): ExpectedTotal | null {
  const timed = earlier.flatMap(({ rollouts: count, seconds_per_rollout: each, seconds_variation: variation, other_seconds: other }) =>
    each !== null && variation !== null && other !== null ? [{ rollouts: count, each, variation, other }] : [],
  )
  const variation = squaredVariation(timed)
  const inLanes = rollouts / Math.min(lanes, rollouts)
  const chanceOf = (count: number, total: number, each: number) =>
    (variation * ((inLanes * each) ** 2 / count + each ** 2)) / (total * total)
  const totals = timed.flatMap((run): (EarlierTotal & { own: number })[] => {
    const total = run.other + inLanes * run.each
    return total > 0 ? [{ total, chance: chanceOf(run.rollouts, total, run.each), own: chanceOf(rollouts, total, run.each) }] : []
  })
  return expectedTotal(totals, totals.reduce((sum, { own }) => sum + own, 0) / totals.length)
}

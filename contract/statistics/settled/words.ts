import { formatCount, formatMoney, roughDuration } from "../../text/amount-text.ts"
import { formatInterval, formatScore } from "../../text/score-text.ts"
import type { Settled } from "./settling.ts"

/** "Settled after 62 of 400 examples" */
export const settledTitle = ({ examples, of }: Settled): string => `Settled after ${formatCount(examples)} of ${formatCount(of)} examples`

/** What is known of the mean of all examples, in a sentence without its end. */
export const settledLimits = ({ of, low, high }: Settled): string =>
  `the mean of all ${formatCount(of)} is ${formatInterval({ low, high, approximate: false })} in 95 % of such runs, whenever they stop`

/** "338 rollouts were not asked, which saved about $0.42 and 20 min"; null where nothing was saved. */
export function settledSaving({ saved: { rollouts, cost_usd: cost, seconds } }: Settled): string | null {
  if (rollouts === 0) return null
  const amounts = [cost !== null && formatMoney(cost), seconds !== null && roughDuration(seconds)].filter((text) => text !== false)
  const count = `${formatCount(rollouts)} ${rollouts === 1 ? "rollout was" : "rollouts were"} not asked`
  return amounts.length > 0 ? `${count}, which saved about ${amounts.join(" and ")}` : count
}

/** All of it in one line, for a log. */
export const settledInWords = (settled: Settled): string =>
  [`${settledTitle(settled)}: mean ${formatScore(settled.mean)}, and ${settledLimits(settled)}`, settledSaving(settled)]
    .filter((part) => part !== null)
    .join(". ")

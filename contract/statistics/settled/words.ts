import { formatCount, formatMoney, roughDuration } from "../../text/amount-text.ts"
import { formatInterval, formatScore } from "../../text/score-text.ts"
import type { Settled } from "./settling.ts"

/** "Settled after 62 of 400 examples" */
export const settledTitle = ({ examples, of }: Settled): string => `Settled after ${formatCount(examples)} of ${formatCount(of)} examples`

/** What is known of the mean of all examples, in a sentence without its end. @param verdict what that settles, such as "above 0.7" */
export const settledLimits = ({ of, low, high }: Settled, verdict = ""): string =>
  `had all ${formatCount(of)} been asked, the mean would be ${formatInterval({ low, high, approximate: false })}${verdict && `, ${verdict}`} (95 % limits that hold whenever a run stops)`

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

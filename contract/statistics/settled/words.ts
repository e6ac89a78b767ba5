import { formatCount, formatMoney, roughDuration } from "../../text/amount-text.ts"
import { formatDifferences, formatInterval, formatScore } from "../../text/score-text.ts"
import type { Question } from "./question.ts"
import type { Settled } from "./settling.ts"

/** "Settled after 62 of 400 examples" */
export const settledTitle = ({ examples, of }: Settled): string => `Settled after ${formatCount(examples)} of ${formatCount(of)} examples`

/** What is known of the mean of all examples, in a sentence without its end. @param verdict what that settles, such as "above 0.7" */
export function settledLimits({ of, low, high, against }: Settled, verdict = ""): string {
  const mean = `the mean would be ${formatInterval({ low, high, approximate: false })}`
  const difference = against ? `, and its difference from the run beside it ${formatDifferences({ ...against, approximate: false })}` : ""
  return `had all ${formatCount(of)} been asked, ${mean}${difference}${verdict && `, ${verdict}`} (95 % limits that hold whenever a run stops)`
}

/** Which question the limits answer: "above 0.7", "within ± 0.05"; "better" or "worse" than another run. */
export function settledAnswer({ verdict, against }: Settled, question: Question | null): string {
  if (verdict === "margin") return `within ± ${question?.margin}`
  if (against && question?.threshold === 0) return verdict === "above" ? "better" : "worse"
  return `${verdict} ${question?.threshold}`
}

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

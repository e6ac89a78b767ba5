import { formatCount, formatMoney, roughDuration } from "../../text/amount-text.ts"
import { formatDifferences, formatInterval, formatScore } from "../../text/score-text.ts"
import { type Question, suiteWord } from "./question.ts"
import type { Settled } from "./settling.ts"

/** "Settled after 62 of 400 examples" */
export const settledTitle = ({ examples, of }: Settled): string => `Settled after ${formatCount(examples)} of ${formatCount(of)} examples`

/** What is known of the mean of all examples, in a sentence without its end. @param verdict what that settles, such as "above 0.7" */
export function settledLimits({ of, low, high, against, suite }: Settled, verdict = ""): string {
  const mean = `the mean would be ${formatInterval({ low, high, approximate: false })}`
  const difference = against ? `, and its difference from the run beside it ${formatDifferences({ ...against, approximate: false })}` : ""
  return `had all ${formatCount(of)} been asked, ${mean}${difference}${verdict && `, ${suite ? "and the run is " : ""}${verdict}`} (95 % limits that hold whenever a run stops${suite ? ", those of its differences for all pairs of the suite together" : ""})`
}

/** Which question the limits answer: "above 0.7", "within ± 0.05"; "better" or "worse" than another run; how many of a suite it is better or worse than. */
export function settledAnswer({ verdict, against, suite }: Settled, question: Question | null): string {
  if (suite) return suiteAnswer(suite, question)
  if (verdict === "margin") return `within ± ${question?.margin}`
  if (against && question?.threshold === 0) return verdict === "above" ? "better" : "worse"
  return `${verdict} ${question?.threshold}`
}

/** "better than 2 and worse than 1 of the other 3 runs of its suite" */
function suiteAnswer(suite: NonNullable<Settled["suite"]>, question: Question | null): string {
  const words = { above: "better than", below: "worse than", margin: `within ± ${question?.margin} of` }
  const kinds = (["above", "below", "margin"] as const).flatMap((kind) => {
    const count = suite.filter(({ verdict }) => verdict === kind).length
    return count > 0 ? [{ kind, count }] : []
  })
  const runs = suite.length === 1 ? "the other run of its suite" : `the other ${formatCount(suite.length)} runs of its suite`
  const [only] = kinds
  if (kinds.length === 1 && only) return `${words[only.kind]} ${runs}`
  const parts = kinds.map(({ kind, count }) => `${words[kind]} ${formatCount(count)}`)
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)} of ${runs}`
}

/** When a run under way stops: "its mean is known to within ± 0.05 or is surely above or below 0.7". */
export function settlesWhen({ margin, threshold }: Question, against: string | null): string {
  if (against === suiteWord)
    return `it is surely better or worse than every other run of its suite${margin === null ? "" : `, or within ± ${margin} of it`}`
  const what = against === null ? "its mean" : "its difference from the run beside it"
  const parts = [
    ...(margin === null ? [] : [`${what} is known to within ± ${margin}`]),
    ...(threshold === null
      ? []
      : against !== null && threshold === 0
        ? ["it is surely better or worse than the run beside it"]
        : [`${what} is surely above or below ${threshold}`]),
  ]
  return parts.join(", or ")
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

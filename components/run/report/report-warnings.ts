import { environmentOf, settledOf, shortfallOf, statusWords } from "@/components/shared/run-facts.ts"
import type { Evaluation, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { settledLimits, settledTitle } from "@/contract/statistics/settled/words.ts"
import { counted, formatCount, formatShare } from "@/lib/format.ts"

/** With fewer examples than this a mean says little about others of their kind. */
const fewExamples = 30

/** What a reader of the result should know before they rely on it, a sentence each; nothing where there is nothing to say. */
export function reportWarnings(run: Evaluation, statistics: RunStatistics): string[] {
  const { samples, examples, errored, truncated, reward, outcomes } = statistics
  const said: string[] = []
  if (isActive(run.status)) said.push("The run has not ended: the result is that of its rollouts so far, and may change.")
  else if (run.status !== "COMPLETED" && samples > 0)
    said.push(
      `The run ended as “${statusWords[run.status].label}”. The examples that it did reach may be easier or harder than the others.`,
    )
  if (samples === 0) return [...said, "No rollout was done, so there is no result."]
  const settled = settledOf(run)
  if (settled) said.push(`${settledTitle(settled)}: ${settledLimits(settled)}.`)
  const shortfall = shortfallOf(run)
  if (shortfall) said.push(`${shortfall}.`)
  if (examples < 2) said.push("There is one example, so there is no interval: it says nothing about how other examples would score.")
  else if (examples < fewExamples)
    said.push(`${counted(examples, "example")} are few: the interval is wide, and another choice of examples may give another result.`)
  if (errored > 0)
    said.push(
      `${counted(errored, "rollout")} of ${formatCount(samples)} (${formatShare(errored, samples)}) ended with an error. The table of means shows what leaving them out, or counting them as 0, makes of the result.`,
    )
  if (truncated > 0)
    said.push(
      `${counted(truncated, "rollout")} (${formatShare(truncated, samples)}) ${truncated === 1 ? "was" : "were"} cut short, by a limit on tokens or turns.`,
    )
  if (outcomes && outcomes.unscored > 0)
    said.push(
      `${counted(outcomes.unscored, "rollout")} without an error ${outcomes.unscored === 1 ? "has" : "have"} no reward, and ${outcomes.unscored === 1 ? "counts" : "count"} in no mean.`,
    )
  if ((run.attempt ?? 0) > 1)
    said.push(`The run was continued: it took ${run.attempt} attempts. Rollouts that had failed may have been done again.`)
  if (examples > 0 && !Number.isInteger(samples / examples))
    said.push("Not all examples have the same number of rollouts: those with more weigh more in the mean.")
  if (reward?.interval95?.approximate)
    said.push(
      "Rewards lie outside 0 to 1, or outside the range that the environment declares, so their range is not known: the interval is Student's t, which is too narrow where few examples decide.",
    )
  if (!run.environment?.version) said.push(unknownVersion(environmentOf(run).text))
  return said
}

const unknownVersion = (environment: string): string =>
  environment === "–" ? "Which environment was run is not known." : `Which version of ${environment} was run is not known.`

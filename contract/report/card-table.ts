import type { Evaluation } from "../evaluations.ts"
import type { Interval95, RunStatistics } from "../statistics/run-statistics.ts"
import { formatCount, formatMoney, formatShare } from "../text/amount-text.ts"
import { formatInterval, formatScore } from "../text/score-text.ts"

/** A run as a row of a table for a model card or a paper. */
export interface CardRun {
  run: Evaluation
  statistics: RunStatistics
  /** The mean that is reported, over which rollouts the table's notes say. */
  mean: number | null
  interval95: Interval95 | null
}

/** A table of texts as they are read, without the marks of any format. */
export interface CardTable {
  columns: string[]
  /** How many columns at the left are names that a program gave. */
  names: number
  rows: string[][]
  /** What the numbers are, a sentence each. */
  notes: string[]
  /** The pages of the runs, in the order of the rows. */
  urls: string[]
}

const none = "–"

/** What the mean on the page of a run is of. */
export const pageMeaning =
  "The mean is of the reward over all rollouts, those with an error with the reward that was recorded for them, mostly 0."

/** The run as the only row of a table, with the mean that its page shows. */
export const cardRun = (run: Evaluation, statistics: RunStatistics): CardRun => ({
  run,
  statistics,
  mean: statistics.reward?.mean ?? null,
  interval95: statistics.reward?.interval95 ?? null,
})

/**
 * Runs as a table: model, environment, size, mean with its 95 % interval, pass@1 and pass@k where examples have several rollouts, the
 * share of errors, and cost.
 * @param meaning what the means are of, as a sentence
 */
export function cardTable(runs: readonly CardRun[], meaning: string): CardTable {
  const lasts = runs.flatMap(({ statistics }) => statistics.pass_at_k.at(-1)?.k ?? [])
  const hasPasses = lasts.length > 0
  const [k] = lasts
  // Where every run has as many rollouts, the head can say how many.
  const isOneK = lasts.length === runs.length && lasts.every((one) => one === k)
  const thresholds = [...new Set(runs.map(({ statistics }) => statistics.pass_threshold))]
  return {
    columns: [
      "Model",
      "Environment",
      "Examples × rollouts",
      "Mean [95 % CI]",
      ...(hasPasses ? ["pass@1", isOneK ? `pass@${k}` : "pass@k"] : []),
      "Error rate",
      "Cost (USD)",
    ],
    names: 2,
    rows: runs.map((one) => [
      one.run.inference_model ?? one.run.model_name ?? none,
      environmentText(one.run) ?? none,
      sizeText(one.statistics),
      meanText(one),
      ...(hasPasses ? passTexts(one.statistics, isOneK) : []),
      formatShare(one.statistics.errored, one.statistics.samples),
      formatMoney(one.run.usage?.cost_usd).replace("$", ""),
    ]),
    notes: [
      meaning,
      "The interval counts the rollouts of one example as a cluster.",
      ...(runs.some(({ interval95 }) => interval95?.approximate)
        ? ["≈ marks Student's t, which with few examples covers less than 95 %: these rewards have no known range."]
        : []),
      ...(runs.some(({ interval95 }) => interval95?.of_all_examples)
        ? [
            "The interval of a run that stopped when its answer was settled is of all examples that it would have asked, and right whenever it stopped.",
          ]
        : []),
      ...(hasPasses ? [`A rollout passes with a reward of ${thresholds.map(formatScore).join(" or ")} or more.`] : []),
    ],
    urls: runs.flatMap(({ run }) => run.viewer_url ?? []),
  }
}

/** "owner/name@version", or the names that an upload gave; null where it gave none. */
export function environmentText({ environment, environment_names: names, dataset }: Evaluation): string | null {
  if (!environment) return names?.join(", ") || dataset || null
  return `${environment.owner}/${environment.name}${environment.version ? `@${environment.version}` : ""}`
}

/** "20 × 5", or "20 (93 rollouts)" where examples have different numbers of them. */
function sizeText({ examples, samples }: RunStatistics): string {
  if (examples === 0) return none
  const each = samples / examples
  return Number.isInteger(each) ? `${formatCount(examples)} × ${each}` : `${formatCount(examples)} (${formatCount(samples)} rollouts)`
}

const meanText = ({ mean, interval95 }: CardRun): string =>
  interval95 ? `${formatScore(mean)} [${formatInterval(interval95).replace(" to ", ", ")}]` : formatScore(mean)

function passTexts({ pass_at_k: points }: RunStatistics, isOneK: boolean): [string, string] {
  const last = points.at(-1)
  if (!last) return [none, none]
  return [formatScore(points[0]?.pass_at), `${formatScore(last.pass_at)}${isOneK ? "" : ` (k = ${last.k})`}`]
}

import { environmentOf, expectedRollouts, phaseText, settledOf, shortfallOf } from "@/components/shared/run-facts.ts"
import { resultSize } from "@/components/shared/runs/result.ts"
import type { Evaluation, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { againstOf, questionOf } from "@/contract/statistics/settled/question.ts"
import { settledAnswer, settledLimits, settledSaving, settledTitle, settlesWhen } from "@/contract/statistics/settled/words.ts"
import { counted, formatCount, formatInterval, formatScore, formatShare } from "@/lib/format.ts"
import { upperFirst } from "../words.ts"

interface Headline {
  said: string
  /** What qualifies it. */
  rest: string | null
  /** What it stands on, in whole sentences. */
  proof: string
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** "so far", or how much of what was asked for an ended run did. Its row is counted, behind which statistics lag for a moment. */
function reservation(run: Evaluation): string | null {
  if (isActive(run.status)) return "so far"
  const settled = settledOf(run)
  if (settled) return lowerFirst(settledTitle(settled))
  const expected = expectedRollouts(run)
  return expected !== null && run.total_samples < expected
    ? `in the ${formatCount(run.total_samples)} of ${formatCount(expected)} rollouts that it did`
    : null
}

/** How the examples belong together, where their author says so: a group counts as one observation. */
const groupsText = ({ clusters }: RunStatistics): string => (clusters ? ` in ${counted(clusters.count, "group")} by ${clusters.by}` : "")

/** What becomes of the wish to stop early, in whole sentences. */
function stoppingWords(run: Evaluation): string[] {
  const { settling } = run
  const question = questionOf(run.eval_config)
  if (settling?.kind === "off") return [`It was to stop early and asks every example: ${settling.why}.`]
  if (question === null || settling) return []
  if (isActive(run.status)) return [`It stops as soon as ${settlesWhen(question, againstOf(run.eval_config))}.`]
  if (run.status !== "COMPLETED") return []
  return ["It was to stop when its answer is settled, which took every example."]
}

/** What the run says in a sentence, and the numbers that it stands on. A reward that is always 0 or 1 is a share that is solved. */
export function headlineOf(run: Evaluation, statistics: RunStatistics): Headline {
  const { reward, errored, reward_scored: scored, reward_errors_as_zero: withZeros } = statistics
  if (statistics.samples === 0)
    return {
      said: isActive(run.status) ? "No result yet" : "No result",
      rest: null,
      proof: [`${upperFirst(phaseText(run))}.`, ...stoppingWords(run)].join(" "),
    }
  const size = resultSize(statistics)
  if (!reward) return { said: "No rollout has a reward", rest: reservation(run), proof: `${size}.` }
  const { text } = environmentOf(run)
  const name = run.environment?.name ?? (text === "–" ? run.name : text)
  const said = statistics.reward_is_binary
    ? `Solves ${formatShare(reward.mean, 1)} of ${name}`
    : `Scores ${formatScore(reward.mean)} on average on ${name}`
  const settled = settledOf(run)
  const interval = settled
    ? [upperFirst(settledLimits(settled, settledAnswer(settled, questionOf(run.eval_config)))), settledSaving(settled)]
        .flatMap((text) => (text ? [`${text}.`] : []))
        .join(" ")
    : reward.interval95
      ? `${reward.interval95.approximate ? "Approximate 95" : "95"} % interval ${formatInterval(reward.interval95)} over ${size}${groupsText(statistics)}.`
      : `${size}; an interval needs at least two examples.`
  const errors =
    errored === 0
      ? []
      : [
          `Leaving out its ${counted(errored, "error")} gives ${formatScore(scored?.mean)}`,
          ...(withZeros?.mean === reward.mean ? [] : [`, counting each as 0 gives ${formatScore(withZeros?.mean)}`]),
          ".",
        ]
  const rest = reservation(run)
  const shortfall = shortfallOf(run)
  return {
    said: rest ? `${said},` : said,
    rest,
    proof: [interval, ...(errors.length > 0 ? [errors.join("")] : []), ...(shortfall ? [`${shortfall}.`] : []), ...stoppingWords(run)].join(
      " ",
    ),
  }
}

import type { RunStatistics } from "@/contract/index.ts"
import { formatScore, formatShare } from "@/lib/format.ts"

const twoDigits = (value: number): string => formatScore(Number(value.toPrecision(2)))

/** Less than this part of the interval saved is little. */
const littleSaved = 0.1

/**
 * What more examples, or more rollouts of each, would do for the interval of the mean: a title and the numbers. Null where nothing can be said.
 */
export function moreDataWords({ variance, reward }: RunStatistics): { title: string; text: string } | null {
  // Of huge rewards the width is no number that can be written.
  // That a run chose when to stop is not in these widths.
  if (reward?.interval95?.of_all_examples || !variance || variance.half_width === 0 || variance.half_width >= Number.MAX_VALUE) return null
  const { icc, half_width: now, half_width_twice_examples: examples, half_width_twice_rollouts: rollouts } = variance
  const byExamples = `Twice the examples would narrow the interval from ±\u00a0${twoDigits(now)} to ±\u00a0${twoDigits(examples)}`
  if (icc === null || rollouts === null)
    return {
      title: "More examples narrow the interval",
      text: `${byExamples}. ${rollouts === null ? "With one rollout of each, hard examples cannot be distinguished from bad luck." : "All rewards are the same."}`,
    }
  const text = `${formatShare(icc, 1)} of the variance lies between examples. ${byExamples}, twice the rollouts of each to ±\u00a0${twoDigits(rollouts)}.`
  if (1 - rollouts / now < littleSaved) return { title: "More rollouts would help little", text }
  return { title: rollouts / examples < 1 + littleSaved ? "More rollouts help as much as examples" : "More examples help most", text }
}

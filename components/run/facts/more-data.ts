import type { RunStatistics } from "@/contract/index.ts"
import { formatCount, formatScore, formatShare } from "@/lib/format.ts"

const twoDigits = (value: number): string => formatScore(Number(value.toPrecision(2)))

/** Less than this part of the interval saved is little. */
const littleSaved = 0.1

/** A share that would be written as 0.0 %. */
const shareOfNothing = 0.0005

/**
 * What more examples, or more rollouts of each, would do for the interval of the mean: a title and the numbers. Null where nothing can be said.
 */
export function moreDataWords({ variance, reward, examples: asked }: RunStatistics): { title: string; text: string } | null {
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
  const isEven = rollouts / examples < 1 + littleSaved
  const perExample = reward && asked > 0 ? reward.count / asked : 1
  const text = `${splitText(icc, isEven ? null : { asked, perExample })} ${byExamples}, twice the rollouts of each to ±\u00a0${twoDigits(rollouts)}.`
  if (1 - rollouts / now < littleSaved) return { title: "More rollouts would help little", text }
  return { title: isEven ? "More rollouts help as much as examples" : "More examples help most", text }
}

/**
 * Where the variance lies. Where little of it lies between examples, and they are what helps all the same, also why that is: either each
 * was asked so often that the rest has evened out, or the interval is wide for their number alone (`upperShape` in
 * contract/statistics/interval.ts adds what examples that were not asked might be).
 */
function splitText(icc: number, favoured: { asked: number; perExample: number } | null): string {
  const share = icc < shareOfNothing ? "None" : formatShare(icc, 1)
  const split = `${share} of the variance lies between examples`
  if (!favoured || icc >= 0.5) return `${split}.`
  // How much narrower twice the rollouts would make the interval if its width were the standard error's alone; twice the examples: √½.
  const within = (1 - icc) / favoured.perExample
  const byRollouts = Math.sqrt((icc + within / 2) / (icc + within))
  if (byRollouts / Math.SQRT1_2 >= 1 + littleSaved) return `${split}; the rest evens out over the rollouts of each.`
  return `${split}, but the interval allows for others than the ${formatCount(favoured.asked)} that were asked.`
}

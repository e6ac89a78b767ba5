import type { RunEstimate } from "@/contract/index.ts"
import {
  assumedSpread,
  detectableDifference,
  type PlannedSize,
  plannedHalfWidth,
  type RewardSpread,
} from "@/contract/statistics/planned-size.ts"
import { formatCount, formatScore } from "@/lib/format.ts"

export interface SizePower {
  /** What a run of the size can tell. */
  claim: string
  /** What would help, in as many words as it takes. Null where nothing would. */
  advice: string | null
  /** What it is calculated from. */
  basis: string
}

/** Two digits say enough of what is only expected. */
const rough = (value: number): string => formatScore(Number(value.toPrecision(2)))

/**
 * What a run of a size can tell, and whether more examples or more rollouts would help.
 * @param rewards how rewards scattered in an earlier run, where there is one
 * @param most how many examples there are, where that is known
 */
export function sizePower(rewards: RunEstimate["rewards"], size: PlannedSize, most: number | null): SizePower {
  const spread = rewards ?? assumedSpread
  const half = plannedHalfWidth(spread, size)
  const basis = rewards
    ? `From how rewards scattered over ${rewards.examples === 1 ? "one example" : `${formatCount(rewards.examples)} examples`} of an earlier run.`
    : "Assumes rewards of 0 or 1, passed half of the time."
  if (half === null) return { claim: "One example has no interval and tells no models apart.", advice: null, basis }
  const found = detectableDifference(spread, size)
  const tells = found === null ? "too few to tell models apart" : `tells apart models that differ by ${rough(found)} or more`
  return { claim: `±\u00a0${rough(half)} around the mean; ${tells}.`, advice: adviceOf(spread, size, { found, most }), basis }
}

/** Less than that is no help. */
const leastGain = 0.05

function adviceOf(spread: RewardSpread, size: PlannedSize, { found, most }: { found: number | null; most: number | null }): string | null {
  const twice = 2 * size.examples
  const examples = most !== null && most < twice ? most : twice
  const see = (more: Partial<PlannedSize>): string | null => {
    const then = detectableDifference(spread, { ...size, ...more })
    return then !== null && (found === null || then < found * (1 - leastGain)) ? rough(then) : null
  }
  const ofExamples = see({ examples })
  const ofRollouts = see({ rollouts: 2 * size.rollouts })
  const more = examples === twice ? "Twice the examples" : `All ${formatCount(examples)} examples`
  if (ofExamples && ofRollouts) return `${more} would see ${ofExamples}, twice the rollouts ${ofRollouts}.`
  if (ofExamples) return `${more} would see ${ofExamples}; more rollouts would not help.`
  if (ofRollouts) return `Twice the rollouts would see ${ofRollouts}.`
  return null
}

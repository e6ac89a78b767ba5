import type { ReviewSummary } from "@/contract/index.ts"
import { counted, formatCount, formatInterval, formatScore, formatShare } from "@/lib/format.ts"
import { isolated } from "@/lib/isolated.ts"

interface ReviewWords {
  /** How far people and the reward agree. */
  said: string
  /** What that and the corrected mean stand on, or why the mean is not corrected; whole sentences. */
  proof: string[]
}

/** Pairs of people who agree or not. */
const pairsShown = 3

const twoDigits = (value: number): string => formatScore(Number(value.toFixed(2)))

/** What people's ratings say of a run's automatic reward, and of its mean. */
export function reviewWords(summary: ReviewSummary): ReviewWords {
  const { agreement, rated, reviewed } = summary
  if (rated === 0) return { said: `${counted(reviewed, "sample")} with labels or notes, none with a rating.`, proof: [] }
  if (!agreement) return { said: `${counted(rated, "sample")} rated, none with a reward.`, proof: peopleWords(summary) }
  const { both_pass, both_fail, samples } = agreement
  return {
    said: `People and the reward agree on ${formatCount(both_pass + both_fail)} of ${counted(samples, "rated sample")}.`,
    proof: [...agreementWords(agreement), ...peopleWords(summary), ...meanWords(summary)],
  }
}

function agreementWords(agreement: NonNullable<ReviewSummary["agreement"]>): string[] {
  const { only_reward_passes: byReward, only_people_pass: byPeople, kappa, pearson, spearman } = agreement
  const words = [
    ...(byReward > 0 ? [`${formatCount(byReward)} pass by the reward alone`] : []),
    ...(byPeople > 0 ? [`${formatCount(byPeople)} pass by people alone`] : []),
    ...(kappa === null ? [] : [`Cohen's kappa ${twoDigits(kappa)}`]),
    ...(pearson === null || spearman === null ? [] : [`correlation ${twoDigits(pearson)}, of ranks ${twoDigits(spearman)}`]),
  ]
  return words.length > 0 ? [`${words.join("; ")}.`] : []
}

/** How far people agree with each other: where they do not, no reward can agree with both. */
const peopleWords = ({ between_people: pairs = [] }: ReviewSummary): string[] =>
  pairs.slice(0, pairsShown).map(({ people, samples, both_pass, both_fail, agree, kappa }) => {
    const share = `${formatShare(agree, 1)}${kappa === null ? "" : `, Cohen's kappa ${twoDigits(kappa)}`}`
    return `${people.map(isolated).join(" and ")} agree on ${formatCount(both_pass + both_fail)} of ${counted(samples, "sample")} that both rated (${share}).`
  })

function meanWords({ corrected, rated, drawn, skipped }: ReviewSummary): string[] {
  if (drawn === 0) return ["The rated samples were chosen by hand, so they do not correct the mean: rate drawn ones in the review queue."]
  if (!corrected) return ["The mean is corrected when drawn samples of more examples are rated."]
  const { ratings, rewards, ratings_alone: alone } = corrected
  const byHand = rated - drawn
  const interval = alone.interval95 ? `, ${formatInterval(alone.interval95)}` : ""
  return [
    `The corrected mean is what people would give, from 0 to 1, to all ${counted(rewards, "sample")}, from ${counted(ratings, "drawn rating")} and every reward; the ratings alone give ${twoDigits(alone.mean)}${interval}.`,
    ...(byHand > 0 ? [`${counted(byHand, "sample")} chosen by hand ${byHand === 1 ? "does" : "do"} not count for it.`] : []),
    ...(skipped > 0
      ? [`${counted(skipped, "drawn sample")} ${skipped === 1 ? "was" : "were"} passed over or came later, and may be unlike those rated.`]
      : []),
  ]
}

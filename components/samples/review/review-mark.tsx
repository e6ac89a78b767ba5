import { blockLook } from "@/components/charts/block-look.ts"
import { rewardShare } from "@/components/charts/reward-colour.ts"
import type { ReviewMark } from "@/contract/index.ts"
import { ratingText } from "./rating-words.ts"

const unit = { min: 0, max: 1 }

/** What people said about a sample, in a word: the mean rating, else that they said something. */
export function ReviewMarkText({ review: { rating, people } }: { review: ReviewMark }) {
  if (rating === null) return "noted"
  return (
    <span className="inline-flex items-center gap-1.5" title={people === 1 ? "by one person" : `by ${people} people`}>
      <span aria-hidden {...blockLook({ kind: "reward", share: rewardShare(rating, unit) }, "size-2.5")} />
      {ratingText(rating)}
    </span>
  )
}

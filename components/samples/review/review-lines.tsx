import { blockLook } from "@/components/charts/block-look.ts"
import { rewardShare } from "@/components/charts/reward-colour.ts"
import { Badge } from "@/components/ui/badge.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Review } from "@/contract/index.ts"
import { ratingText } from "./rating-words.ts"

const unit = { min: 0, max: 1 }

/** What people said: rating, labels and note of each, and who and when. */
export function ReviewLines({ reviews, label }: { reviews: readonly Review[]; label: string }) {
  if (reviews.length === 0) return null
  return (
    <ul aria-label={label} className="flex min-w-0 flex-col gap-1.5 text-xs">
      {reviews.map((review) => (
        <li key={`${review.author.id} ${review.turn}`} className="min-w-0">
          <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            {review.rating !== null && (
              <span className="inline-flex items-center gap-1.5 font-medium">
                <span aria-hidden {...blockLook({ kind: "reward", share: rewardShare(review.rating, unit) })} />
                {ratingText(review.rating)}
              </span>
            )}
            {review.labels.map((one) => (
              <Badge key={one} className="min-w-0">
                <bdi className="truncate">{one}</bdi>
              </Badge>
            ))}
            <span className="text-muted-foreground">
              {review.is_mine ? "you" : <bdi>{review.author.name}</bdi>}
              {", "}
              <TimeAgo at={review.updated_at} />
            </span>
          </p>
          {review.note && (
            <p dir="auto" className="break-anywhere mt-0.5 whitespace-pre-wrap">
              {review.note}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

import { Link } from "@/components/ui/link.tsx"
import type { Review } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { LateReviewForm } from "./late-review-form.tsx"
import type { QueuePlace } from "./queue.ts"
import { ReviewLines } from "./review-lines.tsx"

interface ReviewStripProps {
  runId: string
  sampleId: string
  /** What people said about the whole sample. */
  reviews: readonly Review[]
  /** Where the sample is among those drawn; null outside of a queue. */
  queue: QueuePlace | null
  /** The same sample with rewards shown, or hidden until it is rated. */
  blind: { isOn: boolean; other: string }
}

/** What people say about a sample, the reader first. */
export function ReviewStrip({ runId, sampleId, reviews, queue, blind }: ReviewStripProps) {
  const mine = reviews.find((review) => review.is_mine) ?? null
  return (
    <section aria-labelledby="review" className="flex min-w-0 flex-col gap-2 border-y py-2.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-2xs text-muted-foreground">
        <h2 id="review">Review</h2>
        {queue && (
          <p className="tabular">
            {`${formatCount(queue.done)} of ${formatCount(queue.total)} drawn samples rated · `}
            {blind.isOn ? "rewards hidden until you rate · " : ""}
            <Link href={blind.other} prefetch={false} scroll={false} className="link">
              {blind.isOn ? "show them" : "hide rewards until rated"}
            </Link>
          </p>
        )}
      </div>
      <LateReviewForm
        key={sampleId}
        runId={runId}
        sampleId={sampleId}
        turn={null}
        mine={mine}
        isDrawn={queue !== null}
        next={queue?.nextOpen ?? null}
        hasKeys
      />
      <ReviewLines reviews={reviews.filter((review) => !review.is_mine)} label="Reviews by others" />
    </section>
  )
}

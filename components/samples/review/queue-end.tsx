import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { limits } from "@/contract/limits.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

interface QueueEndProps {
  runId: string
  /** How many samples were to be drawn. */
  size: number
  /** How many were there, all of them rated by the reader. */
  rated: number
  isBlind: boolean
}

/** Says that there is nothing left to rate, and what to do next. */
export function QueueEnd({ runId, size, rated, isBlind }: QueueEndProps) {
  if (rated === 0) return <EmptyState title="No samples to review">They can be drawn as soon as the first rollout is stored.</EmptyState>
  const larger = Math.min(size * 2, limits.samplesPageMax)
  const hasMore = rated === size && larger > size
  return (
    <EmptyState
      title={hasMore ? `You have rated all ${formatCount(rated)} drawn samples` : `You have rated every sample that can be drawn`}
      action={
        <>
          <ButtonLink href={`${paths.evaluation(runId)}#human-review`} variant="primary">
            What the ratings say
          </ButtonLink>
          {hasMore && (
            <ButtonLink href={paths.review(runId, { queue: String(larger), blind: String(isBlind) })} prefetch={false}>
              {`Draw ${formatCount(larger - size)} more`}
            </ButtonLink>
          )}
        </>
      }
    >
      {hasMore
        ? "More ratings narrow the interval of the corrected mean."
        : "The overview has how far they agree with the automatic reward, and the mean that they correct."}
    </EmptyState>
  )
}

"use client"

import { useQuery } from "@tanstack/react-query"
import { useEffect } from "react"
import { Ruler } from "@/components/charts/ruler.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { Distribution, MeanWithInterval } from "@/contract/index.ts"
import { formatCount, formatInterval, formatScore } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { paths } from "@/lib/paths.ts"
import { reviewWords } from "./review-words.ts"

interface HumanReviewProps {
  runId: string
  /** The automatic one. */
  reward: Distribution | null
  /** From here on a reward passes. */
  threshold: number
}

const sectionId = "human-review"
const labelsShown = 12

/** What people's reviews come to: agreement with the automatic reward, and the mean that they correct. Nothing where nobody has reviewed. */
export function HumanReview({ runId, reward, threshold }: HumanReviewProps) {
  const { data } = useQuery({
    queryKey: [...queryKeys.reviews(runId), threshold],
    queryFn: () => browserReads(runId).reviewSummary(threshold),
    placeholderData: (before) => before,
  })
  const isShown = data !== undefined && data !== null && data.reviewed > 0
  // A link to the section arrives before it is there.
  useEffect(() => {
    if (isShown && window.location.hash === `#${sectionId}`) document.getElementById(sectionId)?.scrollIntoView()
  }, [isShown])
  if (!isShown) return null
  const { said, proof } = reviewWords(data)
  const { corrected, labels } = data
  // Ratings lie between 0 and 1: rewards that do not are no mean to draw beside theirs.
  const automatic = reward && reward.min >= 0 && reward.max <= 1 ? reward : null
  return (
    <Section
      id={sectionId}
      title="Human review"
      note={`${formatCount(data.reviewed)} reviewed by ${data.people === 1 ? "one person" : `${formatCount(data.people)} people`}`}
      action={
        <Link href={paths.review(runId, { blind: "true" })} prefetch={false} className="link">
          Review queue
        </Link>
      }
    >
      <div className="flex min-w-0 flex-col gap-2.5">
        <p className="font-medium text-sm">{said}</p>
        {corrected && (
          <ul aria-label="Means" className="flex flex-col gap-1.5">
            {automatic && <MeanRow label="Automatic" mean={automatic} />}
            <MeanRow label={automatic ? "Corrected by people" : "Mean rating"} mean={corrected} baseline={automatic?.mean} />
          </ul>
        )}
        {proof.length > 0 && <p className="tabular max-w-prose text-muted-foreground text-xs">{proof.join(" ")}</p>}
        {labels.length > 0 && (
          <ul aria-label="Labels" className="flex flex-wrap gap-x-3 gap-y-1 text-xs">
            {labels.slice(0, labelsShown).map(({ label, samples }) => (
              <li key={label} className="min-w-0 max-w-full truncate">
                <Link href={paths.samples(runId, { label, as: "table" })} prefetch={false} className="link">
                  <bdi>{label}</bdi>
                </Link>
                <span className="tabular text-muted-foreground">{` ${formatCount(samples)}`}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  )
}

interface MeanRowProps {
  label: string
  mean: MeanWithInterval
  baseline?: number | undefined
}

function MeanRow({ label, mean: { mean, interval95 }, baseline }: MeanRowProps) {
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[10rem_minmax(0,1fr)_10rem]">
      <span>{label}</span>
      <span className="max-sm:order-last max-sm:col-span-2">
        <Ruler label={label} mean={mean} interval={interval95} baseline={baseline} className="w-full" />
      </span>
      <span className="tabular text-right">
        {formatScore(Number(mean.toFixed(3)))}
        <span className="text-muted-foreground text-xs">{interval95 ? `  ${formatInterval(interval95)}` : ""}</span>
      </span>
    </li>
  )
}

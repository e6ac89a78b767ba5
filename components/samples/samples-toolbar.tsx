"use client"

import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Shortcuts } from "@/components/ui/keyboard/shortcuts.tsx"
import { Link } from "@/components/ui/link.tsx"
import type { SampleSummary } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { isByExample, type SamplesSearch, samplesHref } from "./samples-search.ts"

/** What both views of a run's samples show. */
export interface SamplesListProps {
  runId: string
  samples: SampleSummary[]
  total: number
  /** How many samples a search that goes on has looked through; null where the total is that of all. */
  lookedThrough?: number | null
  state: SamplesSearch
  hasMore: boolean
  isLoadingMore: boolean
  onLoadMore: () => void
  loadError: string | null
  /** Shown beside the number of samples. */
  notice: ReactNode
}

interface SamplesToolbarProps extends Omit<SamplesListProps, "isLoadingMore" | "onLoadMore" | "loadError"> {
  onMove: (step: number) => void
  /** What the colours of the list mean. */
  legend?: ReactNode
  children?: ReactNode
}

/** How many samples are shown, as what, and how to move among them. */
export function SamplesToolbar({
  runId,
  samples,
  total,
  lookedThrough,
  state,
  hasMore,
  notice,
  onMove,
  legend,
  children,
}: SamplesToolbarProps) {
  const byExample = isByExample(state)
  const views = [
    { label: "By example", href: samplesHref(runId, state, { as: null, sort: null, order: null }), isHere: byExample },
    { label: "All samples", href: samplesHref(runId, state, { as: "table" }), isHere: !byExample },
  ]
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1">
      <nav aria-label="How samples are listed" className="flex gap-3 text-sm">
        {views.map(({ label, href, isHere }) => (
          <Link
            key={label}
            href={href}
            scroll={false}
            prefetch={false}
            aria-current={isHere ? "true" : undefined}
            className={cn("py-1", isHere ? "font-medium" : "text-muted-foreground hover:text-foreground")}
          >
            {label}
          </Link>
        ))}
      </nav>
      <p role="status" className="tabular text-muted-foreground text-sm">
        {countText(samples.length, total, hasMore, lookedThrough ?? null)}
      </p>
      <div className="ml-auto flex flex-wrap items-center gap-x-4 gap-y-1">
        {notice}
        {legend}
        {children}
        {/* Undefined on platforms that keep none. */}
        {samples.some(({ review }) => review !== undefined) && (
          <Link href={paths.review(runId, { blind: "true" })} prefetch={false} className="link text-xs">
            Review queue
          </Link>
        )}
        <Shortcuts
          shortcuts={[
            { keys: ["j"], label: "Next row", run: () => onMove(1) },
            { keys: ["k"], label: "Previous row", run: () => onMove(-1) },
            { keys: ["Enter"], label: "Open the sample" },
            { keys: ["/"], label: "Search" },
          ]}
        />
      </div>
    </div>
  )
}

/** @param lookedThrough as in the list's props */
function countText(shown: number, total: number, hasMore: boolean, lookedThrough: number | null): string {
  const samples = (hasMore ? total : shown) === 1 ? "sample" : "samples"
  if (!hasMore) return `${formatCount(shown)} ${samples}`
  if (lookedThrough === null) return `${formatCount(shown)} of ${formatCount(total)} ${samples}`
  return total > shown
    ? `${formatCount(shown)} of more than ${formatCount(total)} samples`
    : `${formatCount(shown)} ${samples} among the first ${formatCount(lookedThrough)}`
}

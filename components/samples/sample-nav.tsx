import { ChevronLeft, ChevronRight } from "lucide-react"
import { ButtonLink } from "@/components/ui/button.tsx"
import { formatCount } from "@/lib/format.ts"
import { SampleKeys } from "./sample-keys.tsx"

interface SampleNavProps {
  runId: string
  sampleId: string
  /** Position in the list from 1; null when it is not known. */
  position: number | null
  total: number
  /** There may be more than the total. */
  totalIsLeast: boolean
  previous: string | null
  next: string | null
  list: string
  /** Whether the page has keys to rate it. */
  canReview: boolean
}

/** The way to the samples before and after this one. */
export function SampleNav({ runId, sampleId, position, total, totalIsLeast, previous, next, list, canReview }: SampleNavProps) {
  return (
    <nav aria-label="Samples" className="flex items-center gap-2">
      {position !== null && (
        <span className="tabular text-muted-foreground text-sm">{`${formatCount(position)} of ${formatCount(total)}${totalIsLeast ? " or more" : ""}`}</span>
      )}
      <Neighbour href={previous} label="Previous sample">
        <ChevronLeft aria-hidden />
      </Neighbour>
      <Neighbour href={next} label="Next sample">
        <ChevronRight aria-hidden />
      </Neighbour>
      <SampleKeys runId={runId} sampleId={sampleId} previous={previous} next={next} list={list} canReview={canReview} />
    </nav>
  )
}

function Neighbour({ href, label, children }: { href: string | null; label: string; children: React.ReactNode }) {
  if (href === null) {
    return (
      <span
        className="inline-flex size-8 items-center justify-center rounded-md border text-muted-foreground opacity-50 [&_svg]:size-4"
        role="img"
        aria-label={`No ${label.toLowerCase()}`}
      >
        {children}
      </span>
    )
  }
  return (
    <ButtonLink href={href} icon aria-label={label} title={label}>
      {children}
    </ButtonLink>
  )
}

import { ButtonLink } from "@/components/ui/button.tsx"
import { formatCount } from "@/lib/format.ts"

interface PagerProps {
  /** Rows before the first one shown. */
  skipped: number
  shown: number
  total: number
  /** From 1. */
  page: number
  hrefOf: (page: number) => string
  /** Whether a page follows, where the list itself knows; rows that come and go make the numbers of its pages a little wrong. */
  hasNext?: boolean
}

/** Which rows of how many are shown, and the links to the pages before and after. */
export function Pager({ skipped, shown, total, page, hrefOf, hasNext }: PagerProps) {
  const last = skipped + shown
  const isFollowed = hasNext ?? last < total
  return (
    <nav aria-label="Pages" className="flex min-h-8 flex-wrap items-center justify-between gap-2 text-muted-foreground text-sm">
      <span className="tabular">{`${formatCount(skipped + 1)}–${formatCount(last)} of ${formatCount(Math.max(last, total))}`}</span>
      {(page > 1 || isFollowed) && (
        <span className="flex gap-2">
          {page > 1 && (
            <ButtonLink href={hrefOf(page - 1)} prefetch={false}>
              Previous
            </ButtonLink>
          )}
          {isFollowed && (
            <ButtonLink href={hrefOf(page + 1)} prefetch={false}>
              Next
            </ButtonLink>
          )}
        </span>
      )}
    </nav>
  )
}

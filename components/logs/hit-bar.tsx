"use client"

import { ChevronDown, ChevronUp } from "lucide-react"
import { useRouter } from "next/navigation"
import { Button } from "@/components/ui/button.tsx"
import { formatCount } from "@/lib/format.ts"
import type { FoundLines } from "./found-lines.ts"
import { type LogsSearch, logsHref } from "./logs-search.ts"

interface HitBarProps {
  id: string
  state: LogsSearch
  hits: FoundLines
  /** The line that is marked, if any. */
  target: number | null
  onStep: (by: 1 | -1) => void
}

/** How many hits a search has, which one is shown, and the way to the next. */
export function HitBar({ id, state, hits, target, onStep }: HitBarProps) {
  const router = useRouter()
  const at = target === null ? null : hits.indexOf(target)
  const count = `${formatCount(hits.count)}${hits.isCut ? "+" : ""} ${hits.count === 1 ? "hit" : "hits"}`
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <span role="status" className="tabular min-w-24 text-muted-foreground">
        {at === null ? count : `${formatCount(at + 1)} of ${count}`}
        {!hits.isComplete && !hits.isCut && hits.error === null && ", still searching"}
      </span>
      <Button size="sm" icon aria-label="Previous hit" title="Previous hit (N)" disabled={hits.count === 0} onClick={() => onStep(-1)}>
        <ChevronUp aria-hidden />
      </Button>
      <Button size="sm" icon aria-label="Next hit" title="Next hit (n)" disabled={hits.count === 0} onClick={() => onStep(1)}>
        <ChevronDown aria-hidden />
      </Button>
      <Button
        size="sm"
        aria-pressed={state.lines === "all"}
        className="aria-pressed:bg-muted"
        onClick={() =>
          router.replace(`${logsHref(id, state, { lines: state.lines ? null : "all" })}${window.location.hash}`, { scroll: false })
        }
      >
        Show the lines between
      </Button>
    </div>
  )
}

"use client"

import { memo } from "react"
import { levelLooks } from "@/components/shared/log-levels.ts"
import { LogText } from "@/components/shared/log-text.tsx"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Moment } from "@/components/ui/text/time-ago.tsx"
import type { LogLine as Line } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { streamWords } from "./logs-search.ts"

interface LogLineProps {
  n: number
  /** Undefined while it is being read. */
  line: Line | undefined
  search: string | undefined
  isTarget: boolean
  wraps: boolean
  onPick: (n: number) => void
  onExpand: (n: number) => void
}

const partWords = { piece: "The line goes on in the next one", unfinished: "The line was not finished yet" } as const

/** Scrolling re-renders the pane for each frame; a line that has not changed is skipped. */
export const LogLine = memo(function LogLine({ n, line, search, isTarget, wraps, onPick, onExpand }: LogLineProps) {
  const look = levelLooks[line?.level ?? "info"]
  return (
    <div
      className={cn(
        "flex min-h-5 gap-3 px-3 hover:bg-muted/50",
        line?.stream === "platform" && "bg-muted/40",
        isTarget && "bg-accent/12 shadow-[inset_2px_0_0_var(--accent)]",
      )}
    >
      <a
        href={`#L${n + 1}`}
        tabIndex={-1}
        className="tabular min-w-12 shrink-0 select-none text-right text-muted-foreground hover:text-foreground hover:underline"
        aria-label={`Line ${n + 1}`}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          onPick(n)
        }}
      >
        {n + 1}
      </a>
      {line ? (
        <>
          {line.at && <Moment at={line.at} clock className="w-16 shrink-0 select-none text-muted-foreground max-md:hidden" />}
          <span className="w-7 shrink-0 select-none text-muted-foreground max-md:hidden" title={streamWords[line.stream].name}>
            {streamWords[line.stream].mark}
          </span>
          {typeof line.shard === "number" && (
            <span className="w-8 shrink-0 select-none text-muted-foreground max-md:hidden" title={`Shard ${line.shard + 1}`}>
              {`s${line.shard + 1}`}
            </span>
          )}
          <span className={cn("w-9 shrink-0 select-none max-sm:hidden", look.className)}>{look.mark}</span>
          <span
            className={cn("min-w-0", wraps ? "whitespace-pre-wrap break-words [overflow-wrap:anywhere]" : "whitespace-pre", look.className)}
          >
            <LogText text={line.text} search={search} />
            {line.part && (
              <span className="select-none text-muted-foreground" title={partWords[line.part]}>
                {" …"}
              </span>
            )}
            {line.characters && (
              <Button size="sm" variant="ghost" className="ml-2 h-5 px-1.5 font-sans" onClick={() => onExpand(n)}>
                {`… Show all ${formatCount(line.characters)} characters`}
              </Button>
            )}
          </span>
        </>
      ) : (
        <span aria-hidden className="my-1.5 h-2 w-64 max-w-full rounded-sm bg-muted" />
      )}
    </div>
  )
})

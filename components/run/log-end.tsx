"use client"

import { useEffect, useRef } from "react"
import { levelLooks } from "@/components/shared/log-levels.ts"
import { LogText } from "@/components/shared/log-text.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { ListLogLinesResponse } from "@/contract/index.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useRunPart } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"

const logEndLines = 60

/** The newest lines of the log, pinned to the end until the reader scrolls up. */
export function LogEnd({ id, seed, active, title }: { id: string; seed: Seed<ListLogLinesResponse>; active: boolean; title: string }) {
  const data = useRunPart(queryKeys.logTail(id), () => browserReads(id).logLines({ limit: logEndLines }), seed, active)
  const scroller = useRef<HTMLPreElement>(null)
  const pinned = useRef(true)
  const last = data.lines.at(-1)?.n ?? -1
  useEffect(() => {
    const element = scroller.current
    if (element && pinned.current && last >= 0) element.scrollTop = element.scrollHeight
  }, [last])
  return (
    <Section
      id="log-end"
      title={title}
      action={
        <Link href={paths.logs(id)} className="link">
          Whole log
        </Link>
      }
    >
      {data.lines.length === 0 ? (
        <p className="text-muted-foreground text-sm">{active ? "Nothing was written yet." : "Nothing was written."}</p>
      ) : (
        <pre
          ref={scroller}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
          tabIndex={0}
          role="group"
          aria-label="End of the log"
          onScroll={({ currentTarget: at }) => {
            pinned.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24
          }}
          className="max-h-80 overflow-auto whitespace-pre-wrap break-words font-mono text-xs leading-5"
        >
          {data.lines.map((line) => (
            <div key={line.n} className={levelLooks[line.level]?.className}>
              <LogText text={line.text} />
              {line.text === "" && "\u200b"}
            </div>
          ))}
        </pre>
      )}
    </Section>
  )
}

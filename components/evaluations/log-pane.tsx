"use client"

import { useQuery } from "@tanstack/react-query"
import { useVirtualizer } from "@tanstack/react-virtual"
import { ArrowDown } from "lucide-react"
import { memo, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import type { ListLogLinesResponse, LogLine } from "@/contract/index.ts"
import { formatCount, formatInstant } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"
import { levelLooks } from "./log-levels.ts"
import { FoundLines, type LogSource, WholeLog } from "./log-source.ts"
import { LogText } from "./log-text.tsx"
import type { LogFilter } from "./logs-search.ts"
import { focusSearch, useShortcuts } from "./use-shortcuts.ts"

const lineHeight = 20
const endSlack = 40
const charactersMax = 5000

interface LogPaneProps {
  id: string
  filter: LogFilter
  first: ListLogLinesResponse
  active: boolean
  isHosted: boolean
  wraps: boolean
}

/** Lines of a log, of which only those in view are in the page; it follows the end until the reader scrolls up. */
export function LogPane({ id, filter, first, active, isHosted, wraps }: LogPaneProps) {
  // The virtualizer and the log change without new props, which the compiler cannot see.
  "use no memo"
  const isFiltered = Boolean(filter.search || filter.level)
  const [log] = useState<LogSource>(() => {
    const read = browserReads(id).logLines
    return isFiltered ? new FoundLines(read, filter) : new WholeLog(read, first)
  })
  useSyncExternalStore(
    log.subscribe,
    () => log.version,
    () => 0,
  )
  const [target, setTarget] = useState<number | null>(null)
  const [follows, setFollows] = useState(true)
  const scroller = useRef<HTMLDivElement>(null)
  const interval = pollInterval(useLiveState())

  // Event notices make this query read again; what comes goes into the log.
  const { isPending } = useQuery({
    queryKey: [...queryKeys.logTail(id), "lines", filter],
    queryFn: async () => {
      await log.readOn()
      return log.version
    },
    gcTime: 0,
    refetchInterval: active ? interval : false,
  })

  const virtualizer = useVirtualizer({
    count: log.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 12,
    initialRect: { width: 1000, height: 600 },
    initialOffset: isFiltered ? 0 : Math.max(0, log.count * lineHeight - 600),
  })
  const items = virtualizer.getVirtualItems()
  const size = virtualizer.getTotalSize()
  const from = items[0]?.index ?? 0
  const to = (items.at(-1)?.index ?? -1) + 1
  useEffect(() => log.ensure(from, to), [log, from, to])
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have other heights when they wrap; the virtualizer is made once
  useLayoutEffect(() => virtualizer.measure(), [wraps])

  const follow = follows && target === null && !isFiltered
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines and new heights move the end, though neither is read here
  useLayoutEffect(() => {
    const element = scroller.current
    if (follow && element) element.scrollTop = element.scrollHeight
  }, [follow, size, log.version])

  useEffect(() => {
    const jump = () => {
      const line = Number(/^#L(\d+)$/.exec(window.location.hash)?.[1] ?? Number.NaN)
      if (!Number.isInteger(line) || line < 1) return
      setTarget(line - 1)
      setFollows(false)
    }
    jump()
    window.addEventListener("hashchange", jump)
    return () => window.removeEventListener("hashchange", jump)
  }, [])
  const targetIndex = target === null ? null : log.indexOf(target)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another target scrolls, not another measure
  useEffect(() => {
    if (targetIndex !== null) virtualizer.scrollToIndex(targetIndex, { align: "center" })
  }, [targetIndex])

  const toEnd = () => {
    setTarget(null)
    setFollows(true)
    virtualizer.scrollToIndex(log.count - 1, { align: "end" })
  }
  const onScroll = () => {
    const element = scroller.current
    if (!element) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < endSlack
    if (isAtEnd !== follows) setFollows(isAtEnd)
    if (isAtEnd && target !== null && targetIndex === null) setTarget(null)
  }
  useShortcuts({ "/": focusSearch, G: toEnd, g: () => virtualizer.scrollToIndex(0) })

  const isEmpty = log.count === 0
  const padding = { paddingTop: items[0]?.start ?? 0, paddingBottom: Math.max(0, size - (items.at(-1)?.end ?? 0)) }
  return (
    <div className="relative min-w-0">
      <div
        ref={scroller}
        role="region"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="max-h-[max(20rem,calc(100dvh-14rem))] min-h-80 overflow-auto rounded-lg border bg-card py-2 font-mono text-xs leading-5 [overflow-anchor:none]"
      >
        {isEmpty ? (
          <p className="p-6 text-center font-sans text-muted-foreground text-sm">{emptyText(isFiltered, isPending, active, isHosted)}</p>
        ) : (
          <div className={cn(wraps ? "w-full" : "w-max min-w-full")} style={padding}>
            {items.map((item) => (
              <Line
                key={item.key}
                ref={virtualizer.measureElement}
                index={item.index}
                line={log.line(item.index)}
                n={log.line(item.index)?.n ?? item.index}
                isTarget={target !== null && log.line(item.index)?.n === target}
                wraps={wraps}
                onPick={setTarget}
              />
            ))}
          </div>
        )}
      </div>
      <div className="mt-2 flex min-h-7 flex-wrap items-center justify-between gap-2 text-muted-foreground text-sm">
        <span className="tabular">
          {`${formatCount(log.count)} ${log.count === 1 ? "line" : "lines"}${isFiltered ? " found" : ""}${log.isComplete ? "" : " so far"}`}
          {active && follow && !isEmpty && ", following the end"}
        </span>
        {log.error && (
          <span role="alert" className="break-anywhere text-danger">
            {log.error}
          </span>
        )}
      </div>
      {!follow && !isEmpty && !(isFiltered && follows) && (
        <Button size="sm" onClick={toEnd} className="absolute right-5 bottom-13 shadow-raised">
          <ArrowDown aria-hidden />
          Jump to end
        </Button>
      )}
    </div>
  )
}

function emptyText(isFiltered: boolean, isPending: boolean, active: boolean, isHosted: boolean): string {
  if (isFiltered) return isPending ? "Searching…" : "No line matches. Change or clear the search and the level."
  if (!isHosted) return "This run was made elsewhere; its log was not sent along."
  return active ? "Nothing was written yet. The log begins when the run starts." : "This run wrote no log."
}

const streamMarks: Record<LogLine["stream"], string> = { stdout: "out", stderr: "err", log: "log", platform: "run" }

interface LineProps {
  ref: (element: HTMLElement | null) => void
  index: number
  n: number
  line: LogLine | undefined
  isTarget: boolean
  wraps: boolean
  onPick: (n: number) => void
}

/** Scrolling draws the pane anew for each frame; a line that has not changed is left alone. */
const Line = memo(function Line({ ref, index, n, line, isTarget, wraps, onPick }: LineProps) {
  const look = levelLooks[line?.level ?? "info"] ?? levelLooks.info
  const text = line?.text ?? ""
  return (
    <div
      ref={ref}
      data-index={index}
      className={cn(
        "flex min-h-5 gap-3 px-3 hover:bg-muted/50",
        isTarget && "bg-accent/12",
        line?.stream === "platform" && !isTarget && "bg-muted/40",
      )}
    >
      <a
        href={`#L${n + 1}`}
        tabIndex={-1}
        className="tabular w-12 shrink-0 select-none text-right text-muted-foreground hover:text-foreground hover:underline"
        aria-label={`Line ${n + 1}`}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          window.history.replaceState(null, "", `#L${n + 1}`)
          onPick(n)
        }}
      >
        {n + 1}
      </a>
      {line ? (
        <>
          {line.at && (
            <time
              dateTime={line.at}
              title={formatInstant(line.at)}
              className="w-16 shrink-0 select-none text-muted-foreground max-md:hidden"
            >
              {line.at.slice(11, 19)}
            </time>
          )}
          <span className="w-7 shrink-0 select-none text-muted-foreground max-md:hidden" title={`From ${line.stream}`}>
            {streamMarks[line.stream] ?? line.stream}
          </span>
          <span className={cn("w-9 shrink-0 select-none max-sm:hidden", look.className)}>{look.mark}</span>
          <span
            className={cn("min-w-0", wraps ? "whitespace-pre-wrap break-words [overflow-wrap:anywhere]" : "whitespace-pre", look.className)}
          >
            <LogText text={text.length > charactersMax ? text.slice(0, charactersMax) : text} />
            {text.length > charactersMax && (
              <span className="text-muted-foreground">{` … ${formatCount(text.length - charactersMax)} more characters: see the download`}</span>
            )}
          </span>
        </>
      ) : (
        <span aria-hidden className="my-1.5 h-2 w-64 max-w-full rounded-sm bg-muted" />
      )}
    </div>
  )
})

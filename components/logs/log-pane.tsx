"use client"

import { useQuery } from "@tanstack/react-query"
import { ArrowDown, ChevronDown, ChevronUp } from "lucide-react"
import { useRouter } from "next/navigation"
import { useCallback, useEffect, useState, useSyncExternalStore } from "react"
import { Button } from "@/components/ui/button.tsx"
import { ShortcutHelp } from "@/components/ui/keyboard/shortcut-help.tsx"
import { focusSearch, useShortcuts } from "@/components/ui/keyboard/use-shortcuts.ts"
import { LongList } from "@/components/ui/list/long-list.tsx"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import type { ListLogLinesResponse } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"
import { LogLine } from "./log-line.tsx"
import { FoundLines, type LogSource, WholeLog } from "./log-source.ts"
import { filterOf, isFiltered, type LogsSearch, logsHref } from "./logs-search.ts"

const lineHeight = 20

interface LogPaneProps {
  id: string
  search: LogsSearch
  first: ListLogLinesResponse
  active: boolean
  isHosted: boolean
  wraps: boolean
}

/** Lines of a log, of which only those in view are in the page; it follows the end until the reader scrolls up. */
export function LogPane({ id, search, first, active, isHosted, wraps }: LogPaneProps) {
  // The log changes without new props, which the compiler cannot see.
  "use no memo"
  const filtered = isFiltered(search)
  const [hits] = useState(() => (filtered ? new FoundLines(browserReads(id), filterOf(search)) : null))
  const [log] = useState<LogSource>(() => (hits && !search.all ? hits : new WholeLog(browserReads(id).logLines, first)))
  useVersion(log)
  useVersion(hits ?? log)
  const [target, setTarget] = useState<number | null>(null)
  const [goTo, setGoTo] = useState<{ index: number } | null>(null)
  const [follows, setFollows] = useState(!hits)
  const [helpOpen, setHelpOpen] = useState(false)
  const interval = pollInterval(useLiveState())

  // Event notices make this query read again; what comes goes into the log.
  const { isPending } = useQuery({
    queryKey: [...queryKeys.logTail(id), "lines", search],
    queryFn: async () => {
      await Promise.all([log.readOn(), hits === log ? null : hits?.readOn()])
      return log.version
    },
    gcTime: 0,
    refetchInterval: active ? interval : false,
  })

  const show = (n: number) => {
    setTarget(n)
    const index = log.indexOf(n)
    if (index === null) return
    setFollows(false)
    setGoTo({ index })
  }
  const pick = (n: number) => {
    window.history.replaceState(null, "", `#L${n + 1}`)
    setTarget(n)
  }
  // An address with a line: it is shown when it is known where it stands, which a search may have to find out first.
  const [wanted, setWanted] = useState<number | null>(null)
  useEffect(() => {
    const jump = () => setWanted(lineInAddress())
    jump()
    window.addEventListener("hashchange", jump)
    return () => window.removeEventListener("hashchange", jump)
  }, [])
  if (wanted !== null && log.indexOf(wanted) !== null) {
    setWanted(null)
    show(wanted)
  }

  const toEnd = () => {
    setGoTo(null)
    setFollows(true)
  }
  const toStart = () => {
    setFollows(false)
    setGoTo({ index: 0 })
  }
  const step = (by: 1 | -1) => {
    const n = hits?.neighbour(target, by) ?? null
    if (n === null) return
    window.history.replaceState(null, "", `#L${n + 1}`)
    show(n)
  }
  const previous = () => step(-1)
  useShortcuts({ "/": focusSearch, G: toEnd, g: toStart, n: () => step(1), N: previous, "?": () => setHelpOpen(true) })

  const onShow = useCallback((from: number, to: number) => log.ensure(from, to), [log])
  const expand = useCallback((n: number) => void log.expand(n), [log])
  const isEmpty = log.count === 0
  return (
    <div className="relative flex min-w-0 flex-col gap-2">
      {hits && <Hits id={id} search={search} hits={hits} target={target} onStep={step} />}
      {isEmpty ? (
        <p className="min-h-80 rounded-lg border bg-card p-6 text-center text-muted-foreground text-sm">
          {emptyText(filtered && !log.isComplete && log.error === null, filtered, isPending, active, isHosted)}
        </p>
      ) : (
        <LongList
          count={log.count}
          rowHeight={lineHeight}
          label="Log"
          fits={wraps}
          follows={follows}
          onFollow={setFollows}
          target={goTo}
          onShow={onShow}
          className="max-h-[max(20rem,calc(100dvh-16rem))] min-h-80 rounded-lg border bg-card font-mono text-xs leading-5"
          renderRow={(index) => {
            const line = log.line(index)
            return (
              <LogLine
                n={line?.n ?? index}
                line={line}
                search={search.search}
                isTarget={target !== null && (line?.n ?? index) === target}
                wraps={wraps}
                onPick={pick}
                onExpand={expand}
              />
            )
          }}
        />
      )}
      <div className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-1 text-muted-foreground text-sm">
        <span className="tabular">
          {`${formatCount(log.count)} ${log.count === 1 ? "line" : "lines"}`}
          {active && follows && !isEmpty && !hits && ", following the end"}
        </span>
        {target !== null && (
          <span className="tabular flex items-center gap-1">
            {`Line ${formatCount(target + 1)}`}
            <CopyButton text={lineAddress(id, target)} label={`Copy the link to line ${target + 1}`}>
              Copy link
            </CopyButton>
          </span>
        )}
        {(log.error ?? hits?.error) && (
          <span role="alert" className="break-anywhere text-danger">
            {log.error ?? hits?.error}
          </span>
        )}
        <span className="ml-auto flex items-center gap-2">
          {!follows && !isEmpty && (
            <Button size="sm" onClick={toEnd}>
              <ArrowDown aria-hidden />
              Jump to end
            </Button>
          )}
          <ShortcutHelp
            open={helpOpen}
            onOpen={() => setHelpOpen(true)}
            onClose={() => setHelpOpen(false)}
            shortcuts={[
              { keys: ["/"], action: "Search" },
              { keys: ["n"], action: "Next hit" },
              { keys: ["N"], action: "Previous hit" },
              { keys: ["g"], action: "To the start" },
              { keys: ["G"], action: "To the end" },
              { keys: ["?"], action: "This list" },
            ]}
          />
        </span>
      </div>
    </div>
  )
}

const useVersion = (log: LogSource): number =>
  useSyncExternalStore(
    log.subscribe,
    () => log.version,
    () => 0,
  )

function lineInAddress(): number | null {
  const line = Number(/^#L(\d+)$/.exec(window.location.hash)?.[1] ?? Number.NaN)
  return Number.isInteger(line) && line >= 1 ? line - 1 : null
}

/** Without the search: the line stands in the whole log for whoever gets the link. */
const lineAddress = (id: string, n: number): string =>
  typeof window === "undefined" ? "" : `${window.location.origin}${logsHref(id, {})}#L${n + 1}`

/** How many hits there are, which one is shown, and the way to the next. */
function Hits({
  id,
  search,
  hits,
  target,
  onStep,
}: Pick<LogPaneProps, "id" | "search"> & { hits: FoundLines; target: number | null; onStep: (by: 1 | -1) => void }) {
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
        aria-pressed={search.all ?? false}
        className="aria-pressed:bg-muted"
        onClick={() => router.replace(`${logsHref(id, { ...search, all: !search.all })}${window.location.hash}`, { scroll: false })}
      >
        Show the lines between
      </Button>
    </div>
  )
}

function emptyText(isSearching: boolean, isFiltered: boolean, isPending: boolean, active: boolean, isHosted: boolean): string {
  if (isFiltered) return isSearching || isPending ? "Searching…" : "No line fits. Change or clear the search, the level and the stream."
  if (!isHosted) return "This run was made elsewhere; its log was not sent along."
  return active ? "Nothing was written yet. The log begins when the run starts." : "This run wrote no log."
}

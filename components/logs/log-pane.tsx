"use client"

import { useQuery } from "@tanstack/react-query"
import { ArrowDown } from "lucide-react"
import { useCallback, useState, useSyncExternalStore } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Shortcuts } from "@/components/ui/keyboard/shortcuts.tsx"
import { LongList } from "@/components/ui/list/long-list.tsx"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import type { ListLogLinesResponse } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { pollInterval, useLiveState } from "@/lib/live/use-live.ts"
import { FoundLines } from "./found-lines.ts"
import { HitBar } from "./hit-bar.tsx"
import { LogLine } from "./log-line.tsx"
import { type LogsSearch, logsHref, logsSearch, toLogFilter } from "./logs-search.ts"
import { NoLines } from "./no-lines.tsx"
import type { LogSource } from "./paged-lines.ts"
import { useLogPosition } from "./use-log-position.ts"
import { WholeLog } from "./whole-log.ts"

const lineHeight = 20

interface LogPaneProps {
  id: string
  state: LogsSearch
  first: ListLogLinesResponse
  /** The run is not over: its log may grow. */
  active: boolean
  isHosted: boolean
  wraps: boolean
}

/** Lines of a log, of which only those in view are in the page; it follows the end until the reader scrolls up. */
export function LogPane({ id, state, first, active, isHosted, wraps }: LogPaneProps) {
  // The log changes without new props, which the compiler cannot see.
  "use no memo"
  const filtered = logsSearch.hasFilters(state)
  const [hits] = useState(() => (filtered ? new FoundLines(browserReads(id), toLogFilter(state)) : null))
  const [log] = useState<LogSource>(() => (hits && !state.lines ? hits : new WholeLog(browserReads(id).logLines, first)))
  useVersion(log)
  useVersion(hits ?? log)
  const position = useLogPosition(log, hits === null)
  const { target, follows } = position
  const interval = pollInterval(useLiveState())

  // Notices make this query run again; the new lines go into the log.
  const { isPending } = useQuery({
    queryKey: [...queryKeys.logTail(id), "lines", state],
    queryFn: async () => {
      await Promise.all([log.readNew(), hits === log ? null : hits?.readNew()])
      return log.version
    },
    gcTime: 0,
    refetchInterval: active ? interval : false,
  })

  const step = (by: 1 | -1) => {
    const n = hits?.neighbour(target, by) ?? null
    if (n !== null) position.goTo(n)
  }
  const load = useCallback((from: number, to: number) => log.ensure(from, to), [log])
  const expand = useCallback((n: number) => void log.expand(n), [log])
  const isEmpty = log.count === 0
  const error = log.error ?? hits?.error
  return (
    <div className="relative flex min-w-0 flex-col gap-2">
      {hits && <HitBar id={id} state={state} hits={hits} target={target} onStep={step} />}
      {isEmpty ? (
        <NoLines
          isFiltered={filtered}
          isSearching={isPending || (!log.isComplete && log.error === null)}
          active={active}
          isHosted={isHosted}
        />
      ) : (
        <LongList
          count={log.count}
          rowHeight={lineHeight}
          label="Log"
          fits={wraps}
          follows={follows}
          onFollow={position.setFollows}
          target={position.scrollTo}
          onShow={load}
          className="max-h-[max(20rem,calc(100dvh-16rem))] min-h-80 rounded-lg border bg-card font-mono text-xs leading-5"
          renderRow={(index) => {
            const line = log.line(index)
            return (
              <LogLine
                n={line?.n ?? index}
                line={line}
                search={state.q ?? undefined}
                isTarget={target !== null && (line?.n ?? index) === target}
                wraps={wraps}
                onPick={position.mark}
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
        {error && (
          <span role="alert" className="break-anywhere text-danger">
            {error}
          </span>
        )}
        <span className="ml-auto flex items-center gap-2">
          {!follows && !isEmpty && (
            <Button size="sm" onClick={position.toEnd}>
              <ArrowDown aria-hidden />
              Jump to end
            </Button>
          )}
          <Shortcuts
            shortcuts={[
              { keys: ["/"], label: "Search" },
              { keys: ["n"], label: "Next hit", run: () => step(1) },
              { keys: ["N"], label: "Previous hit", run: () => step(-1) },
              { keys: ["g"], label: "To the start", run: position.toStart },
              { keys: ["G"], label: "To the end", run: position.toEnd },
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

/** Without the search, so that the link opens the line in the whole log. */
const lineAddress = (id: string, n: number): string =>
  typeof window === "undefined" ? "" : `${window.location.origin}${logsHref(id, logsSearch.load({}))}#L${n + 1}`

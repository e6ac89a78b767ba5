"use client"

import { Copy, Download, WrapText } from "lucide-react"
import { useState } from "react"
import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { Button } from "@/components/ui/button.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Evaluation, ListLogLinesResponse } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount } from "@/lib/format.ts"
import { given } from "@/lib/list-search.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { type Seed, useRun } from "@/lib/live/use-run.ts"
import { LogDownload } from "./log-download.tsx"
import { LogPane } from "./log-pane.tsx"
import { type LogsSearch, logsSearch, shardOptions, toLogFilter } from "./logs-search.ts"
import { readText } from "./read-text.ts"

/** More than this strains clipboards. */
const copiedLinesMax = 20_000

interface LogsViewProps {
  id: string
  run: Seed<Evaluation>
  state: LogsSearch
  first: ListLogLinesResponse
  /** How many the run had at the same time. */
  processes: number
  /** The platform offers the log as a file. */
  streams: boolean
}

/** The log of a run: filters, lines, and ways to copy and download it. */
export function LogsView({ id, run: runSeed, state, first, processes, streams }: LogsViewProps) {
  const run = useRun(id, runSeed)
  const toast = useToast()
  const [isCopying, setCopying] = useState(false)
  const [wraps, setWraps] = useState(true)

  const copy = async () => {
    setCopying(true)
    try {
      const { text, isCut } = await readText(browserReads(id).logLines, toLogFilter(state), copiedLinesMax)
      await navigator.clipboard.writeText(plainText(text))
      if (isCut)
        toast({ title: `The first ${formatCount(copiedLinesMax)} lines were copied`, description: "Download the log to get all of it." })
      else toast({ title: "Log copied", tone: "success" })
    } catch (error) {
      toast({ title: "The log could not be copied", description: error instanceof Error ? error.message : String(error), tone: "danger" })
    } finally {
      setCopying(false)
    }
  }

  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h2 className="sr-only">Logs</h2>
      <div className="flex min-w-0 flex-wrap items-center justify-between gap-2">
        <FilterBar label="Filter the log" search={logsSearch} options={given({ shard: shardOptions(processes) })} />
        <div className="flex flex-wrap items-center gap-2">
          <Button aria-pressed={wraps} onClick={() => setWraps(!wraps)} className="aria-pressed:bg-muted">
            <WrapText aria-hidden />
            Wrap
          </Button>
          <Button pending={isCopying} onClick={() => void copy()}>
            <Copy aria-hidden />
            Copy
          </Button>
          <LogDownload id={id} filter={toLogFilter(state)} streams={streams}>
            <Download aria-hidden />
          </LogDownload>
        </div>
      </div>
      <LogPane
        key={JSON.stringify(state)}
        id={id}
        state={state}
        first={first}
        active={isActive(run.status)}
        isHosted={run.is_hosted}
        wraps={wraps}
      />
    </div>
  )
}

"use client"

import { Copy, Download, WrapText } from "lucide-react"
import { useRouter } from "next/navigation"
import { type ChangeEvent, useOptimistic, useState, useTransition } from "react"
import { Button } from "@/components/ui/button.tsx"
import { SearchInput } from "@/components/ui/form/search-input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { Evaluation, ListLogLinesResponse } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { plainText } from "@/contract/terminal-text.ts"
import { formatCount } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { type Seed, useRun } from "@/lib/live/use-run.ts"
import { LogDownload } from "./log-download.tsx"
import { LogPane } from "./log-pane.tsx"
import { filterOf, type LogsSearch, logsHref, streamWords } from "./logs-search.ts"
import { readText } from "./read-text.ts"

/** What a clipboard takes without trouble. */
const copiedLinesMax = 20_000

interface LogsViewProps {
  id: string
  run: Seed<Evaluation>
  search: LogsSearch
  first: ListLogLinesResponse
  /** The platform streams the log as a file. */
  streams: boolean
}

/** The log of a run: filter, lines, and ways to take it along. */
export function LogsView({ id, run: runSeed, search, first, streams }: LogsViewProps) {
  const run = useRun(id, runSeed)
  const router = useRouter()
  const toast = useToast()
  const [isPending, startTransition] = useTransition()
  const [isCopying, setCopying] = useState(false)
  const [wraps, setWraps] = useState(true)
  // The controls show a choice at once, not only when the lines for it are here.
  const [chosen, setChosen] = useOptimistic(search)
  const go = (change: Partial<Record<"search" | "level" | "stream", string | undefined>>) =>
    startTransition(() => {
      const next = { ...chosen, ...change } as LogsSearch
      setChosen(next)
      router.replace(logsHref(id, next), { scroll: false })
    })
  const choose = (field: "level" | "stream") => (event: ChangeEvent<HTMLSelectElement>) =>
    go({ [field]: event.target.value === "" ? undefined : event.target.value })

  const copy = async () => {
    setCopying(true)
    try {
      const { text, isCut } = await readText(browserReads(id).logLines, filterOf(search), copiedLinesMax)
      await navigator.clipboard.writeText(plainText(text))
      if (isCut)
        toast({ title: `The first ${formatCount(copiedLinesMax)} lines were copied`, description: "Download the log to have all of it." })
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
        <search aria-label="Filter the log" className="flex min-w-0 flex-wrap items-center gap-2">
          <SearchInput
            label="Search the log"
            placeholder="Search the log"
            value={chosen.search ?? ""}
            onChange={(text) => go({ search: text || undefined })}
          />
          <Select aria-label="Level" className="w-44 max-sm:w-auto max-sm:grow" value={chosen.level ?? ""} onChange={choose("level")}>
            <option value="">All levels</option>
            <option value="info">Info and above</option>
            <option value="warning">Warnings and errors</option>
            <option value="error">Errors</option>
          </Select>
          <Select aria-label="Stream" className="w-40 max-sm:w-auto max-sm:grow" value={chosen.stream ?? ""} onChange={choose("stream")}>
            <option value="">All streams</option>
            {Object.entries(streamWords).map(([stream, { name }]) => (
              <option key={stream} value={stream}>
                {name}
              </option>
            ))}
          </Select>
          <span className="inline-flex w-5">{isPending && <Spinner label="Loading" />}</span>
        </search>
        <div className="flex flex-wrap items-center gap-2">
          <Button aria-pressed={wraps} onClick={() => setWraps(!wraps)} className="aria-pressed:bg-muted">
            <WrapText aria-hidden />
            Wrap
          </Button>
          <Button pending={isCopying} onClick={() => void copy()}>
            <Copy aria-hidden />
            Copy
          </Button>
          <LogDownload id={id} filter={filterOf(search)} streams={streams}>
            <Download aria-hidden />
          </LogDownload>
        </div>
      </div>
      <LogPane
        key={JSON.stringify(search)}
        id={id}
        search={search}
        first={first}
        active={isActive(run.status)}
        isHosted={run.is_hosted}
        wraps={wraps}
      />
    </div>
  )
}

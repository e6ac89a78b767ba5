"use client"

import { Copy, Download, WrapText } from "lucide-react"
import { useRouter } from "next/navigation"
import { useOptimistic, useState, useTransition } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Select } from "@/components/ui/select.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { useToast } from "@/components/ui/toast.tsx"
import type { Evaluation, ListLogLinesResponse, LogLine } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { plainText } from "@/lib/ansi.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { LogPane } from "./log-pane.tsx"
import { readWholeText } from "./log-source.ts"
import { type LogFilter, logsHref } from "./logs-search.ts"
import { SearchInput } from "./search-input.tsx"
import { type Seed, useRun } from "./use-run.ts"

/** The log of a run: filter, lines, and ways to take it along. */
export function LogsView({
  id,
  run: runSeed,
  filter,
  first,
}: {
  id: string
  run: Seed<Evaluation>
  filter: LogFilter
  first: ListLogLinesResponse
}) {
  const run = useRun(id, runSeed)
  const router = useRouter()
  const toast = useToast()
  const [isPending, startTransition] = useTransition()
  const [isReading, setReading] = useState(false)
  const [wraps, setWraps] = useState(true)
  // The controls show a choice at once, not only when the lines for it are here.
  const [chosen, setChosen] = useOptimistic(filter)
  const go = (change: LogFilter) =>
    startTransition(() => {
      const next = { ...chosen, ...change }
      setChosen(next)
      router.replace(logsHref(id, next), { scroll: false })
    })

  const take = async (use: (text: string) => Promise<void> | void, done: string) => {
    setReading(true)
    try {
      await use(plainText(await readWholeText(browserReads(id).logLines, filter)))
      toast({ title: done, tone: "success" })
    } catch (error) {
      toast({ title: "The log could not be taken", description: error instanceof Error ? error.message : String(error), tone: "danger" })
    } finally {
      setReading(false)
    }
  }
  const copy = () => take((text) => navigator.clipboard.writeText(text), "Log copied")
  const save = () =>
    take((text) => {
      const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }))
      const link = document.createElement("a")
      link.href = address
      link.download = `${id}.log.txt`
      link.click()
      URL.revokeObjectURL(address)
    }, "Log saved")

  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h2 className="sr-only">Logs</h2>
      <div className="flex min-w-0 flex-wrap items-center justify-between gap-2">
        <search aria-label="Filter the log" className="flex min-w-0 flex-wrap items-center gap-2">
          <SearchInput
            label="Search the log"
            placeholder="Search the log"
            value={chosen.search ?? ""}
            onChange={(search) => go({ search: search || undefined })}
          />
          <Select
            aria-label="Level"
            className="w-44 max-sm:w-auto max-sm:grow"
            value={chosen.level ?? ""}
            onChange={(event) => go({ level: (event.target.value || undefined) as LogLine["level"] | undefined })}
          >
            <option value="">All levels</option>
            <option value="info">Info and above</option>
            <option value="warning">Warnings and errors</option>
            <option value="error">Errors</option>
          </Select>
          <span className="inline-flex w-5">{isPending && <Spinner label="Loading" />}</span>
        </search>
        <div className="flex flex-wrap items-center gap-2">
          <Button aria-pressed={wraps} onClick={() => setWraps(!wraps)} className="aria-pressed:bg-muted">
            <WrapText aria-hidden />
            Wrap
          </Button>
          <Button pending={isReading} onClick={() => void copy()}>
            <Copy aria-hidden />
            Copy
          </Button>
          <Button pending={isReading} onClick={() => void save()}>
            <Download aria-hidden />
            Download
          </Button>
        </div>
      </div>
      <LogPane
        key={JSON.stringify(filter)}
        id={id}
        filter={filter}
        first={first}
        active={isActive(run.status)}
        isHosted={run.is_hosted}
        wraps={wraps}
      />
    </div>
  )
}

import { parseAsStringLiteral } from "nuqs/server"
import type { LogFilter, LogLine } from "@/contract/index.ts"
import { given, listSearch, type StateOf, text } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

const levelLabels = { info: "Info and above", warning: "Warnings and errors", error: "Errors" }
export const streamWords: Record<LogLine["stream"], { mark: string; name: string }> = {
  stdout: { mark: "out", name: "Standard output" },
  stderr: { mark: "err", name: "Standard error" },
  log: { mark: "log", name: "Python loggers" },
  platform: { mark: "run", name: "This platform" },
}
const streamLabels = Object.fromEntries(Object.entries(streamWords).map(([stream, { name }]) => [stream, name]))

/** The filters of the log page, as its address says them. */
export const logsSearch = listSearch({
  parsers: {
    q: text(200),
    level: parseAsStringLiteral(Object.keys(levelLabels) as (keyof typeof levelLabels)[]),
    stream: parseAsStringLiteral(Object.keys(streamWords) as LogLine["stream"][]),
    /** With filters: all lines are shown, and the reader steps from hit to hit. */
    lines: parseAsStringLiteral(["all"]),
  },
  filters: {
    q: { kind: "search", label: "Search the log", placeholder: "Search the log" },
    level: { kind: "one", label: "Level", any: "All levels", options: levelLabels, className: "w-44" },
    stream: { kind: "one", label: "Stream", any: "All streams", options: streamLabels, className: "w-40" },
  },
})

export type LogsSearch = StateOf<typeof logsSearch>

/** The filters as the API takes them. */
export const toLogFilter = ({ q, level, stream }: LogsSearch): LogFilter => given({ search: q, level, stream })

/** The log page. Which lines it shows means nothing without a filter. */
export function logsHref(runId: string, state: LogsSearch, change: Partial<LogsSearch> = {}): string {
  const next = { ...state, ...change }
  return logsSearch.href(paths.logs(runId), next, logsSearch.hasFilters(next) ? {} : { lines: null })
}

/** Where the lines that match can be downloaded. */
export function downloadHref(runId: string, filter: LogFilter, format: "text" | "jsonl"): string {
  const search = new URLSearchParams({ ...given(filter), ...(format === "jsonl" ? { format } : {}) }).toString()
  return `/api/v1/evaluations/${encodeURIComponent(runId)}/logs/download${search ? `?${search}` : ""}`
}

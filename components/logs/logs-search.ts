import { createParser, parseAsStringLiteral } from "nuqs/server"
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

/** The number of a shard as people count, from 1. */
const shardNumber = createParser({ parse: (given) => (/^[1-9]\d{0,2}$/.test(given) ? given : null), serialize: (given: string) => given })

/** The filters of the log page, as its address says them. */
export const logsSearch = listSearch({
  parsers: {
    q: text(200),
    level: parseAsStringLiteral(Object.keys(levelLabels) as (keyof typeof levelLabels)[]),
    stream: parseAsStringLiteral(Object.keys(streamWords) as LogLine["stream"][]),
    shard: shardNumber,
    /** With filters: all lines are shown, and the reader steps from hit to hit. */
    lines: parseAsStringLiteral(["all"]),
  },
  filters: {
    q: { kind: "search", label: "Search the log", placeholder: "Search the log", className: "w-52" },
    level: { kind: "one", label: "Level", any: "All levels", options: levelLabels, className: "w-36" },
    stream: { kind: "one", label: "Stream", any: "All streams", options: streamLabels, className: "w-36" },
    shard: { kind: "one", label: "Shard", any: "All shards", className: "w-32" },
  },
})

export type LogsSearch = StateOf<typeof logsSearch>

/** The filters as the API takes them. */
export const toLogFilter = ({ q, level, stream, shard }: LogsSearch): LogFilter =>
  given({ search: q, level, stream, shard: shard === null ? null : Number(shard) - 1 })

/** The processes of a run to choose from; none where it is one. */
export function shardOptions(count: number): Record<string, string> | undefined {
  if (!(count > 1)) return undefined
  return Object.fromEntries([...Array(count)].map((_, shard) => [`${shard + 1}`, `Shard ${shard + 1}`]))
}

/** The log page. Which lines it shows means nothing without a filter. */
export function logsHref(runId: string, state: LogsSearch, change: Partial<LogsSearch> = {}): string {
  const next = { ...state, ...change }
  return logsSearch.href(paths.logs(runId), next, logsSearch.hasFilters(next) ? {} : { lines: null })
}

/** Where the lines that match can be downloaded. */
export function downloadHref(runId: string, filter: LogFilter, format: "text" | "jsonl"): string {
  const values = Object.entries(given({ ...filter, format: format === "jsonl" ? format : null }))
  const search = new URLSearchParams(values.map(([name, value]) => [name, String(value)])).toString()
  return `/api/v1/evaluations/${encodeURIComponent(runId)}/logs/download${search ? `?${search}` : ""}`
}

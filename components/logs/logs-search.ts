import type { LogLine } from "@/contract/index.ts"
import type { LogFilter } from "@/lib/fallback.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

const firstOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value) || undefined

/** What the address of the log page says. */
export interface LogsSearch extends LogFilter {
  /** Lines that do not fit stay, and the hits are gone through one by one. */
  all?: boolean
}

const levels: readonly LogLine["level"][] = ["info", "warning", "error"]
export const streamWords: Record<LogLine["stream"], { mark: string; name: string }> = {
  stdout: { mark: "out", name: "Standard output" },
  stderr: { mark: "err", name: "Standard error" },
  log: { mark: "log", name: "Python loggers" },
  platform: { mark: "run", name: "This platform" },
}
const streams = Object.keys(streamWords) as LogLine["stream"][]

export function parseLogsSearch(searchParams: SearchParams): LogsSearch {
  const level = levels.find((one) => one === firstOf(searchParams.level))
  const stream = streams.find((one) => one === firstOf(searchParams.stream))
  const search = firstOf(searchParams.q)?.trim().slice(0, 200)
  return {
    ...(level ? { level } : {}),
    ...(stream ? { stream } : {}),
    ...(search ? { search } : {}),
    ...(firstOf(searchParams.lines) === "all" ? { all: true } : {}),
  }
}

/** Only what leaves lines out, for the platform. */
export const filterOf = ({ search, level, stream }: LogsSearch): LogFilter => ({
  ...(search ? { search } : {}),
  ...(level ? { level } : {}),
  ...(stream ? { stream } : {}),
})

export const isFiltered = (search: LogsSearch): boolean => Object.keys(filterOf(search)).length > 0

export function logsHref(runId: string, filter: LogsSearch): string {
  const search = new URLSearchParams()
  if (filter.search) search.set("q", filter.search)
  if (filter.level) search.set("level", filter.level)
  if (filter.stream) search.set("stream", filter.stream)
  if (filter.all && isFiltered(filter)) search.set("lines", "all")
  const text = search.toString()
  return `${paths.logs(runId)}${text ? `?${text}` : ""}`
}

/** Where the lines that fit download from. */
export function downloadHref(runId: string, filter: LogFilter, format: "text" | "jsonl"): string {
  const search = new URLSearchParams({ ...filter, ...(format === "jsonl" ? { format } : {}) }).toString()
  return `/api/v1/evaluations/${encodeURIComponent(runId)}/logs/download${search ? `?${search}` : ""}`
}

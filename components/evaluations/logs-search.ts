import type { LogLine } from "@/contract/index.ts"
import type { LogQuery } from "@/lib/fallback.ts"
import { paths } from "@/lib/paths.ts"
import { firstOf, type SearchParams } from "./runs-search.ts"

export type LogFilter = Pick<LogQuery, "search" | "level">

const levels: readonly LogLine["level"][] = ["info", "warning", "error"]

export function parseLogsSearch(searchParams: SearchParams): LogFilter {
  const level = levels.find((one) => one === firstOf(searchParams.level))
  const search = firstOf(searchParams.q)?.trim().slice(0, 200)
  return { ...(level ? { level } : {}), ...(search ? { search } : {}) }
}

export function logsHref(runId: string, filter: LogFilter): string {
  const search = new URLSearchParams()
  if (filter.search) search.set("q", filter.search)
  if (filter.level) search.set("level", filter.level)
  const text = search.toString()
  return `${paths.logs(runId)}${text ? `?${text}` : ""}`
}

import type { ListLogLinesResponse, LogLine } from "@/contract/index.ts"
import { levelOf, lineTest } from "@/contract/logs/log-lines.ts"
import type { LogQuery } from "./reads.ts"

/** Lines of a log that came as text. Their times are unknown, which an empty `at` says. */
export function logLinesOf(text: string): LogLine[] {
  const lines = text.replace(/\n$/, "").split("\n")
  return lines.map((line, n) => ({ n, at: "", stream: "log", level: levelOf(line), text: line }))
}

/** Filters and pages lines as the platform would. */
export function selectLogLines(all: readonly LogLine[], query: LogQuery): Pick<ListLogLinesResponse, "lines" | "total" | "next"> {
  const { from, limit = 1000 } = query
  const found = all.filter(lineTest(query))
  const lines = typeof from === "number" ? found.filter((line) => line.n >= from).slice(0, limit) : found.slice(-limit)
  const last = lines.at(-1)
  return { lines, total: all.length, next: lines.length === limit && last ? last.n + 1 : all.length }
}

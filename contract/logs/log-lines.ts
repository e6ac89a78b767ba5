import { type LogFilter, type LogLine, logLevels } from "./logs.ts"
import { hasControls, withoutControls } from "./terminal-text.ts"

/** A guess at the level of a printed line, which carries none of its own, by the words that loggers put in front. */
export function levelOf(text: string): LogLine["level"] {
  const start = withoutControls(text.slice(0, 400)).slice(0, 200)
  if (/\b(ERROR|CRITICAL|FATAL)\b|^Traceback |^\w*(Error|Exception): /.test(start)) return "error"
  if (/\bWARN(ING)?\b|Warning: /.test(start)) return "warning"
  return /\bDEBUG\b/.test(start) ? "debug" : "info"
}

/** Whether a line matches a filter. The search is in what the line shows, in any case. */
export function lineTest({
  search,
  level,
  stream,
  shard,
}: LogFilter): (line: Pick<LogLine, "level" | "stream" | "text" | "shard">) => boolean {
  const least = logLevels.indexOf(level ?? "debug")
  const words = search?.toLowerCase()
  return (line) =>
    logLevels.indexOf(line.level) >= least &&
    (!stream || line.stream === stream) &&
    (shard === undefined || shard === null || line.shard === shard) &&
    (!words || (hasControls(line.text) ? withoutControls(line.text) : line.text).toLowerCase().includes(words))
}

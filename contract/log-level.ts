import type { LogLine } from "./logs.ts"
import { withoutControls } from "./terminal-text.ts"

/** A guess at the level of a printed line, which carries none of its own, by the words that loggers put in front. */
export function levelOf(text: string): LogLine["level"] {
  const start = withoutControls(text.slice(0, 400)).slice(0, 200)
  if (/\b(ERROR|CRITICAL|FATAL)\b|^Traceback |^\w*(Error|Exception): /.test(start)) return "error"
  if (/\bWARN(ING)?\b|Warning: /.test(start)) return "warning"
  return /\bDEBUG\b/.test(start) ? "debug" : "info"
}

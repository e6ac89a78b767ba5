import { type Logger, pino } from "pino"
import { isTracing, traceId } from "./tracing/tracing.ts"

export type Log = Logger

/** JSON lines on stdout; the launcher keeps them in a file and shows errors. */
export const createLog = (name: string, level: string): Log =>
  pino({ name, level, redact: ["*.authorization", "*.apiKey"], ...(isTracing() ? { mixin: ofTrace } : {}) })

/** The trace that a line belongs to. */
function ofTrace(): { trace_id?: string } {
  const id = traceId()
  return id === undefined ? {} : { trace_id: id }
}

import type { JsonObject } from "@/contract/index.ts"
import { finiteNumber, isObject, type RowObject } from "@/contract/samples/row-values.ts"

export interface TimeSpan {
  name: string
  seconds: number
}

/** Where the time of a rollout went. `other` is what none of the known parts explains. */
export function timeSpans(sample: JsonObject): { total: number | null; spans: TimeSpan[] } {
  const timing = isObject(sample.timing) ? sample.timing : {}
  const part = (key: string): number => {
    const value = timing[key]
    if (!isObject(value)) return finiteNumber(value) ?? 0
    const [start, end] = [finiteNumber(value.start), finiteNumber(value.end)]
    return finiteNumber(value.duration) ?? (start !== null && end !== null ? end - start : 0)
  }
  if (isObject(timing.agent)) return traceSpans(timing, part)
  const spans = [
    { name: "Setup", seconds: part("setup") },
    { name: "Model", seconds: part("model") },
    { name: "Environment", seconds: part("env") },
    { name: "Scoring", seconds: part("scoring") },
  ]
  const known = spans.reduce((sum, span) => sum + span.seconds, 0)
  const total = finiteNumber(timing.total)
  if (total === null) return { total: known > 0 ? known : null, spans: spans.filter((span) => span.seconds > 0) }
  return { total, spans: [...spans, { name: "Other", seconds: Math.max(0, total - known) }].filter((span) => span.seconds > total * 0.001) }
}

/** The phases of a verifiers v1 trace: from its start to the end of its last phase. */
function traceSpans(timing: RowObject, part: (key: string) => number): { total: number | null; spans: TimeSpan[] } {
  const agent = timing.agent as RowObject
  const model = isObject(agent.model) ? (finiteNumber(agent.model.duration) ?? 0) : 0
  const spans = [
    { name: "Setup", seconds: part("boot") + part("setup") },
    { name: "Model", seconds: model },
    { name: "Harness", seconds: Math.max(0, part("agent") - model) },
    { name: "Scoring", seconds: part("finalize") + part("scoring") },
  ]
  const total = spans.reduce((sum, span) => sum + span.seconds, 0)
  return { total, spans: spans.filter((span) => span.seconds > total * 0.001) }
}

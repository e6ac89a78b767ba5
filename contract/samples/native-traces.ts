import type { JsonObject } from "../common.ts"
import { isObject } from "./row-values.ts"

/** The traces that verifiers v1 uploads with a sample, and which of them the sample's flat fields sum up. None in other rows. */
export function nativeTraces(row: JsonObject): { traces: JsonObject[]; summed: JsonObject } {
  const { native_wrapper: episode, native_trace_index: index } = isObject(row.info) ? row.info : {}
  const traces = isObject(episode) ? episode.traces : null
  const list = Array.isArray(traces) ? traces.map((trace) => (isObject(trace) ? trace : {})) : []
  return { traces: list, summed: list[typeof index === "number" ? index : 0] ?? {} }
}

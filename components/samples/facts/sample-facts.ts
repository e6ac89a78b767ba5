import type { JsonObject, SampleSummary } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import { indentedJson, withVisibleTurns } from "@/contract/samples/messages/part-text.ts"
import { nativeTraces } from "@/contract/samples/native-traces.ts"
import { finiteNumber, isObject } from "@/contract/samples/row-values.ts"
import { nameText, stringifyExact } from "@/contract/text/exact-json.ts"

/** The fields of a verifiers v1 task that the page shows nowhere else; the task of other rows unchanged. */
export function ownTask(sample: JsonObject): unknown {
  if (!isObject(sample.task)) return sample.task
  const { idx: _idx, prompt: _prompt, system_prompt: _system, answer: _answer, ...own } = sample.task
  const said = Object.entries(own).filter(([, value]) => JSON.stringify(value) !== "{}" && JSON.stringify(value) !== "[]")
  return said.length > 0 ? Object.fromEntries(said) : null
}

/** The error as a chain of exceptions, the longest wording that was recorded. */
export function errorChain(sample: JsonObject, summary: SampleSummary): string | null {
  const error = sample.error
  const parts = isObject(error)
    ? [error.error_chain_repr, sample.long_error_chain, error.error_chain_str, error.traceback, error.message]
    : [error]
  const texts = [...parts, sample.error_chain, summary.error].filter((text): text is string => typeof text === "string" && text !== "")
  const longest = texts.sort((a, b) => b.length - a.length)[0]
  return longest === undefined ? null : plainText(longest)
}

const known = new Set([
  "example_id",
  "prompt",
  "completion",
  "messages",
  "answer",
  "info",
  "reward",
  "metrics",
  "error",
  "error_chain",
  "long_error_chain",
  "timing",
  "is_completed",
  "is_truncated",
  "stop_condition",
  "tool_defs",
  "token_usage",
  "traces",
  "nodes",
  "id",
  "sample_id",
  "rollout_index",
  "rollout_number",
  "trajectory_id",
  "task",
  "created_at",
  "score",
])

/** Further columns of the rows that verifiers v1 makes of an episode. */
const knownOfEpisodes = new Set(["episode_id", "agent", "trainable", "rewards"])

/** The info column, without the whole episode that verifiers v1 puts there: that is shown as the conversation and in the raw JSON. */
export function taskInfo(sample: JsonObject): unknown {
  if (nativeTraces(sample).traces.length === 0) return sample.info
  const { native_wrapper: _episode, native_trace_index: _index, ...rest } = sample.info as Record<string, unknown>
  return Object.keys(rest).length > 0 ? rest : null
}

/** State columns and whatever else the row has: what no other part of the page shows. */
export function stateColumns(sample: JsonObject): [string, unknown][] {
  const { summed, traces } = nativeTraces(sample)
  const metrics = { ...(isObject(sample.metrics) ? sample.metrics : {}), ...(isObject(summed.rewards) ? summed.rewards : {}) }
  const columns = Object.entries(sample).map(([name, value]): [string, unknown] => [nameText(name), value])
  return columns.filter(
    ([key, value]) =>
      !known.has(key) &&
      !("episode_id" in sample && knownOfEpisodes.has(key)) &&
      !(key === "trajectory" && traces.length > 0) &&
      !(Object.hasOwn(metrics, key) && (finiteNumber(value) !== null || stringifyExact(value) === stringifyExact(metrics[key]))) &&
      value !== null &&
      value !== undefined,
  )
}

export interface ToolDefinition {
  name: string
  description: string | null
  parameters: string | null
}

export function toolDefinitions(sample: JsonObject): ToolDefinition[] {
  const list = Array.isArray(sample.tool_defs) ? sample.tool_defs : Array.isArray(sample.tools) ? sample.tools : []
  return list.flatMap((raw) => {
    const tool = isObject(raw) && isObject(raw.function) ? raw.function : raw
    if (!isObject(tool) || typeof tool.name !== "string") return []
    return [
      {
        name: tool.name,
        description: typeof tool.description === "string" ? plainText(tool.description) : null,
        parameters: isObject(tool.parameters) ? indentedJson(tool.parameters) : null,
      },
    ]
  })
}

/** A value as text for people: strings as they are, the rest as JSON. */
export const valueText = (value: unknown): string =>
  plainText(typeof value === "string" ? value : withVisibleTurns(value === undefined ? "" : indentedJson(value)))

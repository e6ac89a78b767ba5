import type { JsonObject, SampleSummary, UsageTotals } from "@/contract/index.ts"
import { nativeTraces } from "@/contract/sample-row.ts"
import { plainText } from "@/contract/terminal-text.ts"
import { namedTraces } from "../transcript/conversations.ts"

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)
const numberOf = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null)

export interface TimeSpan {
  name: string
  seconds: number
}

/** Where the time of a rollout went. `other` is what none of the known parts explains. */
export function timeSpans(sample: JsonObject): { total: number | null; spans: TimeSpan[] } {
  const timing = isObject(sample.timing) ? sample.timing : {}
  const part = (key: string): number => {
    const value = timing[key]
    if (!isObject(value)) return numberOf(value) ?? 0
    const [start, end] = [numberOf(value.start), numberOf(value.end)]
    return numberOf(value.duration) ?? (start !== null && end !== null ? end - start : 0)
  }
  if (isObject(timing.agent)) return traceSpans(timing, part)
  const spans = [
    { name: "Setup", seconds: part("setup") },
    { name: "Model", seconds: part("model") },
    { name: "Environment", seconds: part("env") },
    { name: "Scoring", seconds: part("scoring") },
  ]
  const known = spans.reduce((sum, span) => sum + span.seconds, 0)
  const total = numberOf(timing.total)
  if (total === null) return { total: known > 0 ? known : null, spans: spans.filter((span) => span.seconds > 0) }
  return { total, spans: [...spans, { name: "Other", seconds: Math.max(0, total - known) }].filter((span) => span.seconds > total * 0.001) }
}

/** The phases of a verifiers v1 trace: from its start to the end of its last phase. */
function traceSpans(timing: Record<string, unknown>, part: (key: string) => number): { total: number | null; spans: TimeSpan[] } {
  const agent = timing.agent as Record<string, unknown>
  const model = isObject(agent.model) ? (numberOf(agent.model.duration) ?? 0) : 0
  const spans = [
    { name: "Setup", seconds: part("boot") + part("setup") },
    { name: "Model", seconds: model },
    { name: "Harness", seconds: Math.max(0, part("agent") - model) },
    { name: "Scoring", seconds: part("finalize") + part("scoring") },
  ]
  const total = spans.reduce((sum, span) => sum + span.seconds, 0)
  return { total, spans: spans.filter((span) => span.seconds > total * 0.001) }
}

export interface Score {
  name: string
  value: number | null
  weight: number | null
}

/** Metrics of the sample, with weights where verifiers v1 recorded them. */
export function scores(sample: JsonObject, summary: SampleSummary): Score[] {
  const weights = new Map<string, number>()
  for (const trace of [sample, ...(Array.isArray(sample.traces) ? sample.traces : []), nativeTraces(sample).summed]) {
    if (!isObject(trace) || !isObject(trace.rewards)) continue
    for (const [name, entry] of Object.entries(trace.rewards))
      if (isObject(entry) && numberOf(entry.weight) !== null) weights.set(name, entry.weight as number)
  }
  return Object.entries(summary.metrics).map(([name, value]) => ({ name, value, weight: weights.get(name) ?? null }))
}

export interface AgentFacts {
  name: string
  /** Null for an agent that is not evaluated itself: a user that is played, a judge. */
  reward: number | null
  turns: number
  stopCondition: string | null
  failed: boolean
}

/** The agents of a verifiers v1 episode; none for a rollout of a single one. */
export function agents(sample: JsonObject): AgentFacts[] {
  const traces = namedTraces(nativeTraces(sample).traces)
  if (traces.length < 2) return []
  return traces.map(({ trace, name }) => {
    const rewards = Object.values(isObject(trace.rewards) ? trace.rewards : {}).filter(isObject)
    const isEvaluated = !isObject(trace.agent) || trace.agent.trainable !== false
    return {
      name: plainText(name ?? "agent"),
      reward: isEvaluated ? rewards.reduce((sum, { score, weight }) => sum + (numberOf(score) ?? 0) * (numberOf(weight) ?? 1), 0) : null,
      turns: (Array.isArray(trace.nodes) ? trace.nodes : []).filter((node) => isObject(node) && node.sampled === true).length,
      stopCondition: typeof trace.stop_condition === "string" ? plainText(trace.stop_condition) : null,
      failed: trace.ok === false,
    }
  })
}

/** What a verifiers v1 task says besides what the page shows elsewhere; the task of other rows as it is. */
export function ownTask(sample: JsonObject): unknown {
  if (!isObject(sample.task)) return sample.task
  const { idx: _idx, prompt: _prompt, system_prompt: _system, answer: _answer, ...own } = sample.task
  const said = Object.entries(own).filter(([, value]) => JSON.stringify(value) !== "{}" && JSON.stringify(value) !== "[]")
  return said.length > 0 ? Object.fromEntries(said) : null
}

const usageLabels: [string, string][] = [
  ["input_tokens", "Prompt tokens, all turns"],
  ["output_tokens", "Completion tokens, all turns"],
  ["prompt_tokens", "Prompt tokens, all turns"],
  ["completion_tokens", "Completion tokens, all turns"],
  ["cached_input_tokens", "Cached prompt tokens"],
  ["reasoning_tokens", "Reasoning tokens"],
  ["final_input_tokens", "Last context, given"],
  ["final_output_tokens", "Last context, generated"],
]

export function usage(sample: JsonObject): { label: string; tokens: number }[] {
  const counts = isObject(sample.token_usage) ? sample.token_usage : {}
  return usageLabels.flatMap(([key, label]) => {
    const tokens = numberOf(counts[key])
    return tokens === null ? [] : [{ label, tokens }]
  })
}

/** What the gateway counted; kinds of tokens that there were none of are left out. */
export function meteredUsage(usage: UsageTotals): { label: string; count: number }[] {
  const counts: [string, number, boolean][] = [
    ["Requests", usage.requests, true],
    ["Failed requests", usage.failed_requests, false],
    ["Prompt tokens", usage.prompt_tokens, true],
    ["of which cached", usage.cached_tokens, false],
    ["Completion tokens", usage.completion_tokens, true],
    ["of which reasoning", usage.reasoning_tokens, false],
  ]
  return counts.flatMap(([label, count, always]) => (always || count > 0 ? [{ label, count }] : []))
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

/** What rows that verifiers v1 made of an episode have besides. */
const knownOfEpisodes = new Set(["episode_id", "agent", "trainable", "rewards"])

/** What the task told about itself. The whole episode that verifiers v1 puts there is the conversation, and in the raw JSON. */
export function taskInfo(sample: JsonObject): unknown {
  if (nativeTraces(sample).traces.length === 0) return sample.info
  const { native_wrapper: _episode, native_trace_index: _index, ...rest } = sample.info as Record<string, unknown>
  return Object.keys(rest).length > 0 ? rest : null
}

/** State columns and whatever else the row has: what no other part of the page shows. */
export function stateColumns(sample: JsonObject): [string, unknown][] {
  const { summed, traces } = nativeTraces(sample)
  const metrics = { ...(isObject(sample.metrics) ? sample.metrics : {}), ...(isObject(summed.rewards) ? summed.rewards : {}) }
  return Object.entries(sample).filter(
    ([key, value]) =>
      !known.has(key) &&
      !("episode_id" in sample && knownOfEpisodes.has(key)) &&
      !(key === "trajectory" && traces.length > 0) &&
      !(key in metrics && numberOf(value) !== null) &&
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
        parameters: isObject(tool.parameters) ? JSON.stringify(tool.parameters, null, 2) : null,
      },
    ]
  })
}

/** A value as text for people: strings as they are, the rest as JSON. */
export const valueText = (value: unknown): string => plainText(typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""))

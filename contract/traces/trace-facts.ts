import type { JsonObject } from "../common.ts"
import { finiteNumber, isObject, listOf, objectOf, type RowObject, textOf } from "../samples/row-values.ts"

/** What lists, filters and totals read of one trace of verifiers v1. */
export interface TraceFacts {
  /** The weighted sum of its rewards; null where nothing was scored. */
  reward: number | null
  hasError: boolean
  isTruncated: boolean
  outcome: "ok" | "truncated" | "error"
  environmentId: string | null
  model: string | null
  taskId: string | null
  agentName: string | null
  runId: string | null
  /** The training step that the work was for. */
  runStep: number | null
  /** Seconds since 1970. */
  start: number | null
  durationMs: number
  inputTokens: number
  outputTokens: number
  metrics: Record<string, number>
  toolNames: string[]
}

/** Stops that cut a rollout off; the library's own list. */
const cuttingStops = new Set(["max_turns", "max_input_tokens", "max_output_tokens", "max_total_tokens", "compaction_failed"])

/** The numbers of a provider's usage, as verifiers v1 counts them: prompt tokens leave out what the provider had cached. */
export function usageOf(usage: unknown): { input: number; output: number; cached: number; reasoning: number; cost: number | null } {
  const { prompt_tokens, completion_tokens, cached_input_tokens, reasoning_tokens, cost } = objectOf(usage)
  const count = (value: unknown) => Math.max(0, Math.min(1e12, Math.round(finiteNumber(value) ?? 0)))
  const cached = count(cached_input_tokens)
  return {
    input: count(prompt_tokens) + cached,
    output: count(completion_tokens),
    cached,
    reasoning: count(reasoning_tokens),
    cost: finiteNumber(cost),
  }
}

/** Whether a trace or an episode failed. Formats that do not say have failed when they hold an error. */
export const hasFailed = (record: RowObject): boolean => (typeof record.ok === "boolean" ? !record.ok : listOf(record.errors).length > 0)

/** The last of the errors, which ended the last attempt. */
export function lastError(record: RowObject): RowObject | null {
  const last = listOf(record.errors).at(-1)
  return isObject(last) ? last : null
}

/** Whether a limit of the library, a compaction that failed, or the model's own limit cut the trace off. */
export function isCut(trace: RowObject): boolean {
  if (cuttingStops.has(String(trace.stop_condition))) return true
  const last = listOf(trace.calls).findLast((call) => isObject(call) && !call.error)
  return objectOf(last).finish_reason === "length"
}

/** Rewards by name, unweighted, and metrics: both are what a sample is measured by. */
export function scoresOf(trace: RowObject): Record<string, number> {
  const rewards = Object.entries(objectOf(trace.rewards)).map(([name, reward]) => [name, objectOf(reward).score] as const)
  const numbers = [...rewards, ...Object.entries(objectOf(trace.metrics))].flatMap(([name, value]) => {
    const number = finiteNumber(value)
    return number === null ? [] : [[name, number] as const]
  })
  return Object.fromEntries(numbers)
}

/** The weighted sum of the rewards, or null where scoring did not run. */
export function rewardOf(trace: RowObject): number | null {
  const values = Object.values(objectOf(trace.rewards)).flatMap((reward) => {
    const score = finiteNumber(objectOf(reward).score)
    return score === null ? [] : score * (finiteNumber(objectOf(reward).weight) ?? 1)
  })
  const sum = values.reduce((total, value) => total + value, 0)
  return values.length > 0 && Number.isFinite(sum) ? sum : null
}

/** Begin and end of a trace in seconds since 1970; both null where it does not say. */
export function spanOf(trace: RowObject): { start: number | null; end: number | null } {
  const timing = objectOf(trace.timing)
  const ends = Object.values(timing).flatMap((phase) => {
    const end = finiteNumber(objectOf(phase).end)
    return end === null || end <= 0 ? [] : end
  })
  return { start: finiteNumber(timing.start), end: ends.length > 0 ? Math.max(...ends) : null }
}

/** What a task is called: by its key, its content, or its place. */
function taskIdOf(task: unknown): string | null {
  const { key, hash, data } = objectOf(task)
  const { idx, name } = objectOf(data)
  return textOf(key) ?? textOf(hash) ?? textOf(name) ?? (typeof idx === "number" || typeof idx === "string" ? String(idx) : null)
}

/** @param trace its nodes and calls may be left out; then nothing is known of its tokens but what it says itself */
export function traceFacts(trace: JsonObject): TraceFacts {
  const run = objectOf(trace.run)
  const agent = objectOf(trace.agent)
  const calls = listOf(trace.calls).filter(isObject)
  const used = calls.map((call) => usageOf(call.usage))
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  const said = (value: unknown) => {
    const number = finiteNumber(value)
    return number !== null && number >= 0 && number <= 1e12 ? Math.round(number) : null
  }
  const { start, end } = spanOf(trace)
  const hasError = hasFailed(trace)
  const isTruncated = isCut(trace)
  const step = finiteNumber(objectOf(run.work).step)
  return {
    reward: rewardOf(trace),
    hasError,
    isTruncated,
    outcome: hasError ? "error" : isTruncated ? "truncated" : "ok",
    environmentId: textOf(objectOf(trace.env).id),
    model: textOf(objectOf(agent.config).model) ?? textOf(calls.find((call) => textOf(call.model))?.model),
    taskId: taskIdOf(trace.task),
    agentName: textOf(agent.name),
    runId: textOf(run.id),
    runStep: step !== null && Number.isInteger(step) && step >= 0 && step < 2 ** 31 ? step : null,
    start,
    durationMs: start === null || end === null ? 0 : Math.round(Math.min(1e12, Math.max(0, end - start) * 1000)),
    inputTokens: said(trace.num_input_tokens) ?? sum(used.map(({ input }) => input)),
    outputTokens: said(trace.num_output_tokens) ?? sum(used.map(({ output }) => output)),
    metrics: scoresOf(trace),
    toolNames: listOf(trace.tools).flatMap((tool) => textOf(objectOf(tool).name) ?? []),
  }
}

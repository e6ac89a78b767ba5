import type { JsonObject } from "../common.ts"
import { rawConversations } from "../samples/messages/conversations.ts"
import { finiteNumber, isObject, listOf, objectOf, type RowObject, textOf } from "../samples/row-values.ts"
import { hasFailed, isCut, lastError, rewardOf, scoresOf, spanOf, usageOf } from "./trace-facts.ts"

/**
 * An episode of verifiers v1 as a sample row, in the words of v0 where v0 has a word for it, with the episode itself in
 * `info.native_wrapper`. Its reward and metrics are the means over the traces of agents under evaluation. Rows of hosted runs are made
 * alike, in Python (hosted_runner/v1/rows.py).
 */
export function episodeRow(episode: JsonObject): JsonObject {
  const traces = listOf(episode.traces).map(objectOf)
  const trained = traces.filter((trace) => objectOf(trace.agent).trainable !== false)
  const scored = trained.length > 0 ? trained : traces
  const shown = scored[0]
  const task = objectOf(objectOf(shown?.task ?? episode.task).data)
  const { prompt: _, system_prompt: __, ...ownTask } = task
  const said = shown && rawConversations({ traces: [shown] })[0]
  return {
    sample_id: textOf(episode.id),
    episode_id: textOf(episode.id),
    example_id: exampleIdOf(episode.task, shown),
    agent: textOf(objectOf(shown?.agent).name),
    task: ownTask,
    prompt: said ? said.prompt : askedBy(task),
    completion: said?.completion ?? [],
    answer: task.answer ?? null,
    reward: mean(scored.flatMap((trace) => rewardOf(trace) ?? [])),
    metrics: meansByName(scored.map(scoresOf)),
    error: errorOf(episode, traces),
    timing: timingOf(traces),
    token_usage: tokensOf(traces),
    is_completed: traces.every((trace) => trace.is_completed === true),
    is_truncated: scored.some(isCut),
    stop_condition: textOf(shown?.stop_condition),
    tool_defs: listOf(shown?.tools),
    info: { ...objectOf(shown?.info), native_wrapper: episode, native_trace_index: shown ? traces.indexOf(shown) : 0 },
  }
}

/** A trace that came without an episode, as the episode of which it is the only one. */
export const episodeOf = (trace: JsonObject): JsonObject => ({
  id: trace.id,
  task: trace.task,
  run: trace.run,
  ok: !hasFailed(trace),
  errors: [],
  traces: [trace],
})

function exampleIdOf(task: unknown, shown: RowObject | undefined): string | number | null {
  for (const { key, data } of [objectOf(task), objectOf(shown?.task)]) {
    const { idx, name } = objectOf(data)
    const id = idx ?? name ?? key
    if (typeof id === "number" || (typeof id === "string" && id !== "")) return id
  }
  return null
}

/** The task's own prompt, for a rollout without a conversation. */
function askedBy({ system_prompt: system, prompt }: RowObject): unknown[] {
  const first = typeof system === "string" && system !== "" ? [{ role: "system", content: system }] : []
  if (Array.isArray(prompt)) return [...first, ...prompt]
  return typeof prompt === "string" && prompt !== "" ? [...first, { role: "user", content: prompt }] : first
}

/** Why an episode failed: an agent's own error comes before what the environment made of it. Null for one that did not. */
function errorOf(episode: JsonObject, traces: RowObject[]): JsonObject | null {
  if (!hasFailed(episode)) return null
  const ofAgents = traces.filter(hasFailed).map(lastError)
  const error = ofAgents.find((one) => one !== null) ?? lastError(episode) ?? { type: "EnvError", message: "The episode did not complete" }
  const { type, ...rest } = error
  return { error: textOf(type) ?? "Error", ...rest, error_chain_str: textOf(type) ?? "Error" }
}

const mean = (values: number[]): number | null => (values.length > 0 ? values.reduce((sum, value) => sum + value / values.length, 0) : null)

function meansByName(all: Record<string, number>[]): JsonObject {
  const names = [...new Set(all.flatMap((scores) => Object.keys(scores)))]
  return Object.fromEntries(
    names.map((name) => [name, mean(all.flatMap((scores) => (Object.hasOwn(scores, name) ? (scores[name] as number) : [])))]),
  )
}

/** Seconds as v0 has them. Agents may wait for each other: `env` is what nothing else explains. */
function timingOf(traces: RowObject[]): JsonObject {
  const spans = traces.map(spanOf)
  const starts = spans.flatMap(({ start }) => start ?? [])
  const ends = spans.flatMap(({ end }) => end ?? [])
  if (starts.length === 0 || ends.length === 0) return {}
  const start = Math.min(...starts)
  const total = Math.max(0, Math.max(...ends) - start)
  const sum = (phases: string[]) =>
    traces.reduce((seconds, trace) => seconds + phases.reduce((all, phase) => all + durationOf(objectOf(trace.timing)[phase]), 0), 0)
  const setup = sum(["boot", "setup"])
  const scoring = sum(["finalize", "scoring"])
  const model = traces.reduce(
    (seconds, trace) => seconds + (finiteNumber(objectOf(objectOf(objectOf(trace.timing).agent).model).duration) ?? 0),
    0,
  )
  const env = Math.max(0, total - setup - model - scoring)
  return {
    start_time: start,
    setup: { duration: setup },
    model: { duration: model },
    env: { duration: env },
    scoring: { duration: scoring },
    total,
  }
}

function durationOf(phase: unknown): number {
  const { start, end } = objectOf(phase)
  return Math.max(0, (finiteNumber(end) ?? 0) - (finiteNumber(start) ?? 0))
}

/** Tokens of all agents together, and of calls that the environment reported itself, judges for instance. */
function tokensOf(traces: RowObject[]): JsonObject | null {
  const used = traces
    .flatMap((trace) => [...listOf(trace.calls).map((call) => objectOf(call).usage), ...listOf(trace.extra_usage)])
    .filter(isObject)
  if (used.length === 0) return null
  const counts = used.map(usageOf)
  const sum = (key: "input" | "output" | "cached" | "reasoning") => counts.reduce((total, count) => total + count[key], 0)
  return {
    input_tokens: sum("input"),
    output_tokens: sum("output"),
    ...(sum("cached") > 0 ? { cached_input_tokens: sum("cached") } : {}),
    ...(sum("reasoning") > 0 ? { reasoning_tokens: sum("reasoning") } : {}),
  }
}

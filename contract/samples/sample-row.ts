import type { JsonObject } from "../common.ts"
import { cutText } from "../text/cut-text.ts"
import { exactText, stringifyExact } from "../text/exact-json.ts"
import { nativeTraces } from "./native-traces.ts"
import { previews } from "./previews.ts"
import { objectOf } from "./row-values.ts"
import type { RolloutOutcome } from "./samples.ts"

/** What a list shows of a sample, read out of the row that verifiers (or another producer) wrote. */
export interface RowFacts {
  exampleId: string
  reward: number | null
  metrics: Record<string, number>
  /** Metrics that are no numbers, as text: strings as they are, lists and objects as JSON, long ones cut; also the digits of numbers that a double changes. */
  textMetrics: Record<string, string>
  outcome: RolloutOutcome
  error: string | null
  stopCondition: string | null
  /** The ids that the library sends with the rollout's requests: its own, and in verifiers v1 one per agent's trace. */
  sessionIds: string[]
  inputTokens: number | null
  outputTokens: number | null
  durationMs: number | null
  /** How many of reward and token counts are there and could not be kept. */
  lostValues: number
  promptPreview: string
  completionPreview: string
}

const errorCharacters = 2000
/** More tokens than any rollout has, and few enough that the sum over a run is exact. */
const countMax = 1e12

/** The nearest number: what is kept apart because it has too many digits counts as one, true is 1 and false 0. */
function finite(value: unknown): number | null {
  const number = typeof value === "boolean" ? Number(value) : Number(exactText(value) ?? (typeof value === "number" ? value : Number.NaN))
  return Number.isFinite(number) ? number : null
}

/** A number of tokens: whole, and small enough to be counted with. */
function count(value: unknown): number | null {
  const number = finite(value)
  return number !== null && number >= 0 && number <= countMax ? Math.round(number) : null
}
const text = (value: unknown): string | null => (typeof value === "string" ? value : null)

function errorText(error: unknown): string | null {
  if (error === null || error === undefined || error === "") return null
  if (typeof error === "string") return cutText(error, errorCharacters)
  const { error: name, type, message, error_chain_str: chain } = objectOf(error)
  const named = [text(name) ?? text(type), text(message)].filter(Boolean).join(": ")
  return cutText(named || text(chain) || JSON.stringify(error), errorCharacters)
}

/** How long the rollout took: the library's current keys, the milliseconds of older files, or the phases of verifiers v1. */
function durationMs(row: JsonObject): number | null {
  const timing = objectOf(row.timing)
  const seconds = finite(timing.total)
  if (seconds !== null) return seconds * 1000
  const start = finite(timing.start)
  const ends = Object.values(timing)
    .map((phase) => finite(objectOf(phase).end))
    .filter((end) => end !== null)
  if (start !== null && ends.length > 0) return Math.max(0, Math.max(...ends) - start) * 1000
  return finite(timing.total_ms)
}

/** verifiers v1 counts prompt tokens that the provider had cached apart from the others. */
function v1InputTokens(usage: JsonObject): number | null {
  const fresh = count(usage.prompt_tokens)
  return fresh === null ? null : fresh + (count(usage.cached_input_tokens) ?? 0)
}

const sessionIdsMax = 100

function sessionIds(row: JsonObject): string[] {
  const ids = [row.trajectory_id, ...nativeTraces(row).traces.map((trace) => trace.id)]
  return [...new Set(ids.flatMap((id) => text(id)?.slice(0, 200) ?? []))].slice(0, sessionIdsMax)
}

/** Numbers by name. verifiers v1 keeps its rewards apart from its metrics, as `{score, weight}`. */
function metricsOf(row: JsonObject): Record<string, number> {
  const rewards = Object.entries(objectOf(nativeTraces(row).summed.rewards)).map(([name, reward]) => [name, objectOf(reward).score])
  const all = [...rewards, ...Object.entries(objectOf(row.metrics))] as [string, unknown][]
  // Not by assignment: a metric may be called __proto__.
  return Object.fromEntries(all.map(([name, value]) => [name, finite(value)] as const).filter(([, value]) => value !== null)) as Record<
    string,
    number
  >
}

/** A row's example, as text with all of its digits; empty when the row does not say. */
export function exampleIdOf(row: JsonObject): string {
  const example = row.example_id ?? row.id
  return exactText(example) ?? (typeof example === "string" || typeof example === "number" ? String(example) : "")
}

const textMetricCharacters = 200

/** What `metrics` has beside the numbers that were read of it: what is none, and the digits of those that a double would change. */
function textMetricsOf(row: JsonObject, numbers: Record<string, number>): Record<string, string> {
  const others = Object.entries(objectOf(row.metrics)).filter(
    ([name, value]) => value !== null && (exactText(value) !== null || !Object.hasOwn(numbers, name)),
  )
  return Object.fromEntries(others.map(([name, value]) => [name, cutText(text(value) ?? stringifyExact(value), textMetricCharacters)]))
}

/**
 * Reads a sample row of any producer. Metrics come from `metrics` first, because a metric's top-level copy may have overwritten
 * a field; a reward that is not a finite number counts as missing.
 */
export function rowFacts(row: JsonObject): RowFacts {
  const usage = objectOf(row.token_usage)
  const error = errorText(row.error)
  const metrics = metricsOf(row)
  const { prompt, completion } = previews(row)
  const reward = finite(row.reward) ?? finite(row.score)
  const inputTokens = count(usage.input_tokens) ?? v1InputTokens(usage)
  const outputTokens = count(usage.output_tokens) ?? count(usage.completion_tokens)
  const kept = [
    [row.reward ?? row.score, reward],
    [usage.input_tokens ?? usage.prompt_tokens, inputTokens],
    [usage.output_tokens ?? usage.completion_tokens, outputTokens],
  ]
  return {
    exampleId: exampleIdOf(row),
    reward,
    metrics,
    textMetrics: textMetricsOf(row, metrics),
    outcome: error !== null ? "error" : row.is_truncated === true ? "truncated" : "ok",
    error,
    stopCondition: text(row.stop_condition),
    sessionIds: sessionIds(row),
    inputTokens,
    outputTokens,
    durationMs: durationMs(row),
    lostValues: kept.filter(([given, value]) => given !== null && given !== undefined && value === null).length,
    promptPreview: prompt,
    completionPreview: completion,
  }
}

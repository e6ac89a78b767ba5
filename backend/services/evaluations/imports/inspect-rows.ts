import type { JsonObject } from "../../../../contract/index.ts"

const object = (value: unknown): JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : {}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** Inspect's words for correct, partial, incorrect and no answer, as its own metrics count them. */
const letters: Record<string, number> = { C: 1, P: 0.5, I: 0, N: 0 }

function numberOf(value: unknown): unknown {
  if (typeof value === "boolean") return Number(value)
  return typeof value === "string" ? (letters[value] ?? value) : value
}

/** Scores by name; a scorer with several values has one for each of them. */
function metricsOf(scores: unknown): JsonObject {
  const metrics: JsonObject = {}
  for (const [name, score] of Object.entries(object(scores))) {
    const { value } = object(score)
    const parts = Object.entries(object(value))
    for (const [part, one] of parts) metrics[`${name}/${part}`] = numberOf(one)
    if (parts.length === 0 && value !== null && value !== undefined) metrics[name] = numberOf(value)
  }
  return metrics
}

/**
 * A sample of an Inspect log as a row of results. The sample itself stays within, so that it can be given back as it came; its
 * messages are the row's.
 */
export function rowOfInspectSample({ messages: given, ...sample }: JsonObject): JsonObject {
  const messages = list(given)
  const first = messages.findIndex((message) => object(message).role === "assistant")
  const asked = first < 0 ? messages.length : first
  const metrics = metricsOf(sample.scores)
  const reward = Object.values(metrics).find((value) => typeof value === "number" || (value !== null && typeof value === "object"))
  const usage = Object.values(object(sample.model_usage)).map(object)
  const sum = (name: string) => usage.reduce((total, one) => total + (Number(one[name]) || 0), 0)
  const [choice] = list(object(sample.output).choices).map(object)
  const { limit, error, total_time } = sample
  return {
    example_id: sample.id,
    rollout_number: sample.epoch,
    prompt: messages.slice(0, asked),
    completion: messages.slice(asked),
    ...(typeof sample.target === "string" && sample.target !== "" ? { answer: sample.target } : {}),
    ...(reward === undefined ? {} : { reward }),
    metrics,
    error: error ? { error: "InspectError", message: object(error).message ?? "" } : null,
    is_truncated: choice?.stop_reason === "max_tokens" || Boolean(limit),
    stop_condition: limit ? `${object(limit).type}` : (choice?.stop_reason ?? null),
    ...(usage.length > 0 ? { token_usage: { input_tokens: sum("input_tokens"), output_tokens: sum("output_tokens") } } : {}),
    ...(typeof total_time === "number" ? { timing: { total: total_time } } : {}),
    info: { inspect_sample: sample },
  }
}

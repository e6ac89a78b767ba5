import { type JsonObject, nameText } from "../../../../contract/index.ts"
import { listOf, objectOf } from "../../../../contract/samples/row-values.ts"

/** Inspect's words for correct, partial, incorrect and no answer, as its own metrics count them. */
const letters: Record<string, number> = { C: 1, P: 0.5, I: 0, N: 0 }

function numberOf(value: unknown): unknown {
  if (typeof value === "boolean") return Number(value)
  return typeof value === "string" ? (letters[value] ?? value) : value
}

/** Scores by name; a scorer with several values has one for each of them. */
function metricsOf(scores: unknown): JsonObject {
  const metrics: JsonObject = {}
  for (const [written, score] of Object.entries(objectOf(scores))) {
    const name = nameText(written)
    const { value } = objectOf(score)
    const parts = Object.entries(objectOf(value))
    for (const [part, one] of parts) metrics[`${name}/${nameText(part)}`] = numberOf(one)
    if (parts.length === 0 && value !== null && value !== undefined) metrics[name] = numberOf(value)
  }
  return metrics
}

/**
 * A sample of an Inspect log as a row of results. The sample itself stays within, so that it can be given back as it came; its
 * messages are the row's.
 */
export function rowOfInspectSample({ messages: given, ...sample }: JsonObject): JsonObject {
  const messages = listOf(given)
  const first = messages.findIndex((message) => objectOf(message).role === "assistant")
  const asked = first < 0 ? messages.length : first
  const metrics = metricsOf(sample.scores)
  const reward = Object.values(metrics).find((value) => typeof value === "number" || (value !== null && typeof value === "object"))
  const usage = Object.values(objectOf(sample.model_usage)).map(objectOf)
  const sum = (name: string) => usage.reduce((total, one) => total + (Number(one[name]) || 0), 0)
  const [choice] = listOf(objectOf(sample.output).choices).map(objectOf)
  const { limit, error, total_time } = sample
  return {
    example_id: sample.id,
    rollout_number: sample.epoch,
    prompt: messages.slice(0, asked),
    completion: messages.slice(asked),
    ...(typeof sample.target === "string" && sample.target !== "" ? { answer: sample.target } : {}),
    ...(reward === undefined ? {} : { reward }),
    metrics,
    error: error ? { error: "InspectError", message: objectOf(error).message ?? "" } : null,
    is_truncated: choice?.stop_reason === "max_tokens" || Boolean(limit),
    stop_condition: limit ? `${objectOf(limit).type}` : (choice?.stop_reason ?? null),
    ...(usage.length > 0 ? { token_usage: { input_tokens: sum("input_tokens"), output_tokens: sum("output_tokens") } } : {}),
    ...(typeof total_time === "number" ? { timing: { total: total_time } } : {}),
    info: { inspect_sample: sample },
  }
}

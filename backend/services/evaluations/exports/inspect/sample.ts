import { exampleIdOf, type JsonObject, rowFacts } from "../../../../../contract/index.ts"
import { listOf, objectOf } from "../../../../../contract/samples/row-values.ts"
import { inspectMessages } from "./messages.ts"

/** The sample of an Inspect log that a row was imported from, with its messages; null for any other row. */
export function importedSample(row: JsonObject): JsonObject | null {
  const { inspect_sample: sample } = objectOf(row.info)
  if (!sample) return null
  return { ...objectOf(sample), messages: [...listOf(row.prompt), ...listOf(row.completion)] }
}

/** How many messages a sample has whose files were kept as they came; null for any other row. */
export function keptMessages(row: JsonObject): number | null {
  const { inspect_files: files, inspect_messages: messages } = objectOf(row.info)
  return typeof files === "string" ? Number(messages) : null
}

/**
 * A row as a sample of an Inspect log. One that came from such a log is given back as it came.
 * @param epoch how many rollouts of its example came before, and this one
 */
export function toInspectSample(row: JsonObject, epoch: number, model: string | null): JsonObject {
  const imported = importedSample(row)
  if (imported) return imported
  const { prompt, completion: _, ...rest } = row
  const facts = rowFacts(row)
  const { input, output } = inspectMessages(row)
  const answer = output.findLast((message) => message.role === "assistant")
  const scores = { ...(facts.reward === null ? {} : { reward: facts.reward }), ...facts.metrics, ...facts.textMetrics }
  const example = exampleIdOf(row)
  return {
    id: /^(0|[1-9]\d{0,14})$/.test(example) ? Number(example) : example,
    epoch,
    input: typeof prompt === "string" ? prompt : input,
    target: typeof row.answer === "string" ? row.answer : "",
    messages: [...input, ...output],
    output: {
      model: model ?? "",
      choices: answer ? [{ message: answer, stop_reason: facts.outcome === "truncated" ? "max_tokens" : "stop" }] : [],
      ...(facts.inputTokens === null && facts.outputTokens === null ? {} : { usage: usageOf(facts) }),
    },
    scores: Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, { value }])),
    // Whatever Inspect has no field for.
    metadata: rest,
    store: {},
    events: [],
    model_usage: facts.inputTokens === null && facts.outputTokens === null ? {} : { [model ?? "model"]: usageOf(facts) },
    ...(facts.durationMs === null ? {} : { total_time: facts.durationMs / 1000 }),
    ...(facts.error === null ? {} : { error: { message: facts.error, traceback: "", traceback_ansi: "" } }),
    attachments: {},
  }
}

function usageOf({ inputTokens, outputTokens }: { inputTokens: number | null; outputTokens: number | null }): JsonObject {
  const [input, output] = [inputTokens ?? 0, outputTokens ?? 0]
  return { input_tokens: input, output_tokens: output, total_tokens: input + output }
}

const shortCharacters = 1000

/** What lists of samples show. */
export function summaryOf(sample: JsonObject): JsonObject {
  const { id, epoch, input, target, scores, model_usage, total_time, working_time, uuid, error, limit, messages } = sample
  const given = { scores, model_usage, total_time, working_time, uuid }
  return {
    id,
    epoch,
    input: typeof input === "string" ? input.slice(0, shortCharacters) : firstText(input),
    target,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null)),
    ...(error ? { error: String(objectOf(error).message ?? "") } : {}),
    ...(limit ? { limit: String(objectOf(limit).type ?? "") } : {}),
    completed: true,
    message_count: Array.isArray(messages) ? messages.length : 0,
  }
}

function firstText(input: unknown): string {
  const texts = listOf(input)
    .filter((one) => objectOf(one).role === "user")
    .map((one) => objectOf(one).content)
  return texts
    .filter((text) => typeof text === "string")
    .join("\n")
    .slice(0, shortCharacters)
}

import type { JsonObject, SampleSummary } from "@/contract/index.ts"
import { problemsInRow } from "@/contract/sample-problems.ts"
import { conversations, type Message, messageText } from "./messages.ts"

const previewCharactersMax = 300

const numberOf = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null)
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)
const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** The first words of a text on one line. */
export function preview(text: string): string {
  const line = text
    .slice(0, previewCharactersMax * 4)
    .replace(/\s+/g, " ")
    .trim()
  return line.length > previewCharactersMax ? `${line.slice(0, previewCharactersMax - 1)}…` : line
}

const lastOf = (messages: Message[], roles: readonly string[], origin: Message["origin"]): string =>
  messages
    .filter((message) => message.origin === origin && roles.includes(message.role))
    .map(messageText)
    .filter(Boolean)
    .at(-1) ?? ""

/** What the library wrote about an error: an object with several wordings, or a text. */
export function errorText(error: unknown): string | null {
  if (typeof error === "string") return error || null
  const { error_chain_str: chain, message, error: kind, type } = objectOf(error)
  const name = textOf(kind) ?? textOf(type)
  const said = textOf(message)
  return textOf(chain) ?? (name && said ? `${name}: ${said}` : (said ?? name)) ?? (error ? JSON.stringify(error) : null)
}

/**
 * A row of the samples table out of a raw sample, for platforms that only offer the raw ones.
 * @param position place in the order of storing, from 0; it becomes the sample's id, because raw samples need not have one
 */
export function toSampleSummary(row: JsonObject, position: number, rolloutIndex: number): SampleSummary {
  const messages = conversations(row)[0]?.messages ?? []
  const usage = objectOf(row.token_usage)
  const timing = objectOf(row.timing)
  const error = errorText(row.error)
  const metrics = Object.entries(objectOf(row.metrics)).flatMap(([name, value]) => {
    const number = numberOf(value)
    return number === null ? [] : [[name, number] as const]
  })
  const seconds = numberOf(timing.total)
  return {
    sample_id: String(position),
    seq: position + 1,
    example_id: row.example_id === null || row.example_id === undefined ? String(position) : String(row.example_id),
    rollout_index: numberOf(row.rollout_index) ?? numberOf(row.rollout_number) ?? rolloutIndex,
    reward: numberOf(row.reward) ?? numberOf(row.score),
    metrics: Object.fromEntries(metrics),
    outcome: error !== null ? "error" : row.is_truncated === true ? "truncated" : "ok",
    error,
    error_class: problemsInRow(row)[0]?.class ?? null,
    stop_condition: textOf(row.stop_condition),
    input_tokens: numberOf(usage.input_tokens),
    output_tokens: numberOf(usage.output_tokens),
    duration_ms: seconds === null ? numberOf(timing.total_ms) : seconds * 1000,
    prompt_preview: preview(lastOf(messages, ["user", "text", "system"], "prompt")),
    completion_preview: preview(lastOf(messages, ["assistant", "text"], "completion")),
    created_at: textOf(row.created_at) ?? new Date(0).toISOString(),
  }
}

/** Summaries of all samples of a run, numbered within their example in the order of storing. */
export function toSampleSummaries(rows: readonly JsonObject[]): SampleSummary[] {
  const seen = new Map<string, number>()
  return rows.map((row, position) => {
    const example = row.example_id === null || row.example_id === undefined ? String(position) : String(row.example_id)
    const index = seen.get(example) ?? 0
    seen.set(example, index + 1)
    return toSampleSummary(row, position, index)
  })
}

import type { JsonObject } from "./common.ts"
import type { RolloutOutcome } from "./evaluations.ts"

/** What a list shows of a sample, read out of the row that verifiers (or another producer) wrote. */
export interface RowFacts {
  exampleId: string
  reward: number | null
  metrics: Record<string, number>
  outcome: RolloutOutcome
  error: string | null
  stopCondition: string | null
  /** The rollout's own id in the library, which it also sends with each request. */
  sessionId: string | null
  inputTokens: number | null
  outputTokens: number | null
  durationMs: number | null
  promptPreview: string
  completionPreview: string
}

const previewCharacters = 240
const errorCharacters = 2000

const finite = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null)
const text = (value: unknown): string | null => (typeof value === "string" ? value : null)
const object = (value: unknown): JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : {}

/** The text of a message's content: a string, or the text parts of a list. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content
  if (!Array.isArray(content)) return ""
  return content.map((part) => text(object(part).text) ?? (object(part).type ? `[${String(object(part).type)}]` : "")).join(" ")
}

function messagesOf(value: unknown): JsonObject[] {
  if (typeof value === "string") return [{ role: "text", content: value }]
  return Array.isArray(value) ? value.map(object) : []
}

const short = (value: string, max: number): string => {
  const line = value
    .slice(0, max * 4)
    .replace(/\s+/g, " ")
    .trim()
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}

/** The question: the last thing the user said before the model answered. */
function promptPreview(row: JsonObject): string {
  const messages = messagesOf(row.prompt)
  const asked = messages.findLast((message) => message.role === "user") ?? messages.at(-1)
  return short(asked ? contentText(asked.content) : "", previewCharacters)
}

/** The answer: the last thing the model said. */
function completionPreview(row: JsonObject): string {
  const messages = messagesOf(row.completion)
  const said = messages.findLast((message) => message.role === "assistant" && contentText(message.content) !== "") ?? messages.at(-1)
  return short(said ? contentText(said.content) : (text(row.output) ?? ""), previewCharacters)
}

function errorText(error: unknown): string | null {
  if (error === null || error === undefined || error === "") return null
  if (typeof error === "string") return error.slice(0, errorCharacters)
  const { error: name, message, error_chain_str: chain } = object(error)
  return ([text(name), text(message)].filter(Boolean).join(": ") || text(chain) || JSON.stringify(error)).slice(0, errorCharacters)
}

/** Seconds that the rollout took: the library's current keys, or the milliseconds of older files. */
function durationMs(row: JsonObject): number | null {
  const timing = object(row.timing)
  const seconds = finite(timing.total)
  if (seconds !== null) return seconds * 1000
  return finite(timing.total_ms)
}

/**
 * Reads a sample row of any producer. Metrics come from `metrics` first, because a metric's top-level copy may have overwritten
 * a field; a reward that is not a finite number counts as missing.
 */
export function rowFacts(row: JsonObject): RowFacts {
  const usage = object(row.token_usage)
  const error = errorText(row.error)
  const metrics: Record<string, number> = {}
  for (const [name, value] of Object.entries(object(row.metrics))) {
    const number = typeof value === "boolean" ? Number(value) : finite(value)
    if (number !== null) metrics[name] = number
  }
  const example = row.example_id ?? row.id
  return {
    exampleId: typeof example === "string" || typeof example === "number" ? String(example) : "",
    reward: finite(row.reward) ?? finite(row.score),
    metrics,
    outcome: error !== null ? "error" : row.is_truncated === true ? "truncated" : "ok",
    error,
    stopCondition: text(row.stop_condition),
    sessionId: text(row.trajectory_id)?.slice(0, 200) ?? null,
    inputTokens: finite(usage.input_tokens),
    outputTokens: finite(usage.output_tokens),
    durationMs: durationMs(row),
    promptPreview: promptPreview(row),
    completionPreview: completionPreview(row),
  }
}

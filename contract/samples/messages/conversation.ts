import type { RowObject } from "../row-values.ts"
import type { ModelCall, Turn } from "./trace-branches.ts"

/** Something inside a message. Pictures and sounds only when the data came with the message: nothing is loaded from elsewhere. */
export type Part =
  | { kind: "text"; text: string }
  | { kind: "image" | "audio" | "video"; url: string }
  | { kind: "link"; label: string; url: string }
  /** Data that the page only names; `url` holds it as a data URL, `bytes` is its size. */
  | { kind: "file"; name: string | null; type: string | null; bytes: number | null; url: string | null }
  | { kind: "json"; value: unknown }

export interface ToolResult {
  parts: Part[]
  name: string | null
  failed: boolean
  /** Fields of the result that nothing else shows. */
  rest: RowObject | null
}

export interface ToolCall {
  id: string | null
  name: string
  /** Indented JSON, or the text as the model wrote it when it is not JSON. */
  arguments: string
  argumentsAreJson: boolean
  /** The code, when that is the only argument. */
  code: string | null
  results: ToolResult[]
  /** Fields of the call that nothing else shows. */
  rest: RowObject | null
}

export interface Message {
  /** Position in the conversation, from 0. A result that was joined to its call keeps its number, so numbers may have gaps. */
  index: number
  role: string
  /** Given to the model, or produced by the rollout. */
  origin: "prompt" | "completion"
  name: string | null
  parts: Part[]
  reasoning: string[]
  /** Some reasoning was encrypted or redacted by the provider. */
  hiddenReasoning: boolean
  calls: ToolCall[]
  /** Answers of tools that belong to no known call. */
  results: ToolResult[]
  /** Fields of the message, and of its parts, that none of the above shows. */
  rest: RowObject | null
  /** Of a message of verifiers v1: its model call, and what else led to it, with the names of these messages on the page. */
  turn?: Omit<Turn, "links"> & { links: { type: string; message: string | null }[] }
}

export interface Conversation {
  title: string | null
  messages: Message[]
  /** Model calls at its end that no message came of. */
  unanswered?: ModelCall[]
}

/** Something inside a message. Images and audio only when the data came with the message: nothing is loaded from elsewhere. */
export type Part =
  | { kind: "text"; text: string }
  | { kind: "image"; url: string }
  | { kind: "audio"; url: string }
  | { kind: "link"; label: string; url: string }
  | { kind: "json"; value: unknown }

export interface ToolResult {
  parts: Part[]
  name: string | null
  failed: boolean
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
  /** Some reasoning was encrypted by the provider. */
  hiddenReasoning: boolean
  calls: ToolCall[]
  /** A tool's answer that belongs to no known call. */
  result: ToolResult | null
  /** Fields of the message that none of the above shows. */
  rest: Record<string, unknown> | null
}

export interface Conversation {
  title: string | null
  messages: Message[]
}

import type { JsonObject } from "../../../../../contract/index.ts"
import type { Message, Part, ToolCall, ToolResult } from "../../../../../contract/samples/messages/conversation.ts"
import { conversations } from "../../../../../contract/samples/messages/conversations.ts"
import { partText } from "../../../../../contract/samples/messages/part-text.ts"
import { isObject, parseExactJson } from "../../../../../contract/samples/row-values.ts"

const roles: Record<string, string> = { developer: "system", system: "system", assistant: "assistant" }

/** A sample's first conversation as Inspect's messages: what was given to the model, and what came of it. */
export function inspectMessages(row: JsonObject): { input: JsonObject[]; output: JsonObject[] } {
  const messages = conversations(row)[0]?.messages ?? []
  const of = (origin: Message["origin"]) => messages.filter((message) => message.origin === origin).flatMap(toMessages)
  return { input: of("prompt").map((message) => ({ ...message, source: "input" })), output: of("completion") }
}

/** A message, and after it the answers to its calls. */
function toMessages(message: Message): JsonObject[] {
  const answers = message.calls.flatMap((call) => call.results.map((result) => toolMessage(result, call)))
  const loose = message.results.map((result) => toolMessage(result, null))
  if (["tool", "function"].includes(message.role) && message.calls.length === 0)
    return loose.length > 0 ? loose : [{ role: "tool", content: contentOf(message) }]
  const role = roles[message.role] ?? (message.origin === "completion" && message.role === "text" ? "assistant" : "user")
  const calls = role === "assistant" && message.calls.length > 0 ? { tool_calls: message.calls.map(toCall) } : {}
  return [{ role, content: contentOf(message), ...calls }, ...answers, ...loose]
}

function contentOf({ reasoning, parts }: Pick<Message, "reasoning" | "parts">): unknown {
  const all = [...reasoning.map((text) => ({ type: "reasoning", reasoning: text })), ...parts.map(toContent)]
  const [only] = all
  return all.length === 0 ? "" : all.length === 1 && only && "text" in only ? only.text : all
}

function toContent(part: Part): { type: string; text?: string } & JsonObject {
  if (part.kind === "image") return { type: "image", image: part.url }
  if (part.kind === "audio") return { type: "audio", audio: part.url, format: /audio\/(mpeg|mp3)/.test(part.url) ? "mp3" : "wav" }
  if (part.kind === "video") return { type: "video", video: part.url, format: "mp4" }
  return { type: "text", text: partText(part) }
}

function toCall({ id, name, arguments: text, argumentsAreJson }: ToolCall): JsonObject {
  const parsed = argumentsAreJson ? parseExactJson(text) : null
  const call = { id: id ?? name, function: name, type: "function" }
  if (isObject(parsed) || text === "") return { ...call, arguments: parsed ?? {} }
  return { ...call, arguments: {}, parse_error: text }
}

const toolMessage = ({ parts, name, failed }: ToolResult, call: ToolCall | null): JsonObject => ({
  role: "tool",
  content: contentOf({ reasoning: [], parts }),
  ...(call ? { tool_call_id: call.id ?? call.name, function: call.name } : { function: name }),
  ...(failed ? { error: { type: "unknown", message: parts.map(partText).join("\n") } } : {}),
})

import { plainText } from "../../logs/terminal-text.ts"
import { isObject, parseJson, type RowObject, textOf } from "../row-values.ts"
import { partReasoning, toParts } from "./content.ts"
import type { Message } from "./conversation.ts"
import { isFailure, joinResults, partCalls, toCalls, type UnjoinedMessage } from "./tool-calls.ts"

/** Raw messages of a prompt and of a completion as one list, with each tool result inside the call that it answers. */
export function toMessages(prompt: unknown[], completion: unknown[]): Message[] {
  const all = [...prompt.map((raw) => [raw, "prompt"] as const), ...completion.map((raw) => [raw, "completion"] as const)]
  return joinResults(all.map(([raw, origin], index) => toMessage(raw, origin, index)))
}

const shown = new Set([
  "role",
  "content",
  "name",
  "reasoning_content",
  "reasoning",
  "thinking_blocks",
  "tool_calls",
  "function_call",
  "tool_call_id",
])

function toMessage(raw: unknown, origin: Message["origin"], index: number): UnjoinedMessage {
  const empty: UnjoinedMessage = {
    index,
    role: "unknown",
    origin,
    name: null,
    parts: [],
    reasoning: [],
    hiddenReasoning: false,
    calls: [],
    result: null,
    rest: null,
    callId: null,
  }
  if (typeof raw === "string") {
    const decoded = parseJson(raw)
    if (isObject(decoded) && "role" in decoded) return toMessage(decoded, origin, index)
    return { ...empty, role: "text", parts: [{ kind: "text", text: plainText(raw) }] }
  }
  if (!isObject(raw)) return { ...empty, parts: raw === null || raw === undefined ? [] : [{ kind: "json", value: raw }] }
  const parts = toParts(raw.content)
  const message: UnjoinedMessage = {
    ...empty,
    role: textOf(raw.role) ?? "unknown",
    name: textOf(raw.name),
    parts,
    ...toReasoning(raw),
    calls: [...toCalls(raw.tool_calls), ...toCalls(raw.function_call), ...partCalls(raw.content)],
    rest: otherFields(raw),
    callId: textOf(raw.tool_call_id),
  }
  if (message.role !== "tool" && message.role !== "function") return message
  return { ...message, parts: [], result: { parts, name: message.name, failed: isFailure(raw, parts) } }
}

function toReasoning(raw: RowObject): Pick<Message, "reasoning" | "hiddenReasoning"> {
  const thinking = Array.isArray(raw.thinking_blocks) ? raw.thinking_blocks.filter(isObject) : []
  const blocks = thinking.map((block) => textOf(block.thinking)).filter((text) => text !== null)
  const plain = textOf(raw.reasoning_content) ?? textOf(raw.reasoning)
  // Providers that send both send the same words twice.
  const isRepeated = blocks.length > 0 && plain !== null && blocks.join("").trim() === plain.trim()
  const reasoning = plain === null || isRepeated ? blocks : [plain, ...blocks]
  return {
    reasoning: [...reasoning, ...partReasoning(raw.content)].map(plainText),
    hiddenReasoning: thinking.some((block) => block.type === "redacted_thinking"),
  }
}

function otherFields(raw: RowObject): RowObject | null {
  const rest = Object.entries(raw).filter(
    ([key, value]) => !shown.has(key) && value !== null && value !== undefined && !isEmpty(value) && !isOnlyType(key, value),
  )
  return rest.length > 0 ? Object.fromEntries(rest) : null
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
const isOnlyType = (key: string, value: unknown): boolean => key === "type" && value === "message"

import { plainText } from "../../logs/terminal-text.ts"
import { isObject, parseJson, type RowObject, textOf } from "../row-values.ts"
import type { Message, Part, ToolCall } from "./conversation.ts"

/** Tool calls written as content parts, as Anthropic does. */
export function partCalls(content: unknown): ToolCall[] {
  if (!Array.isArray(content)) return []
  return content
    .filter(isObject)
    .flatMap((part) => (part.type === "tool_use" ? toCalls([{ id: part.id, name: part.name, arguments: part.input }]) : []))
}

/** Tool calls as objects, OpenAI's {function:{…}}, JSON text of either, or JSON text of a whole list. */
export function toCalls(value: unknown): ToolCall[] {
  if (value === null || value === undefined || value === "") return []
  if (Array.isArray(value)) return value.flatMap(toCall)
  if (typeof value === "string") {
    const decoded = parseJson(value)
    if (Array.isArray(decoded)) return decoded.flatMap(toCall)
  }
  return toCall(value)
}

function toCall(value: unknown): ToolCall[] {
  const raw = typeof value === "string" ? parseJson(value) : value
  if (!isObject(raw)) {
    if (value === null || value === undefined) return []
    const text = typeof value === "string" ? plainText(value) : JSON.stringify(value, null, 2)
    return [{ id: null, name: "unreadable call", arguments: text, argumentsAreJson: false, code: null, results: [] }]
  }
  const inner = isObject(raw.function) ? raw.function : raw
  return [{ id: textOf(raw.id), name: plainText(textOf(inner.name) ?? "unnamed tool"), ...toArguments(inner.arguments), results: [] }]
}

function toArguments(value: unknown): Pick<ToolCall, "arguments" | "argumentsAreJson" | "code"> {
  if (value === null || value === undefined || value === "") return { arguments: "", argumentsAreJson: true, code: null }
  const decoded = typeof value === "string" ? parseJson(value) : value
  if (decoded === undefined) return { arguments: plainText(String(value)), argumentsAreJson: false, code: null }
  const keys = isObject(decoded) ? Object.keys(decoded) : []
  const code = isObject(decoded) && keys.length === 1 && keys[0] === "code" ? textOf(decoded.code) : null
  return { arguments: plainText(JSON.stringify(decoded, null, 2)), argumentsAreJson: true, code: code === null ? null : plainText(code) }
}

/** Whether a tool failed: by a flag, or because its text begins as an error does. */
export function isFailure(raw: RowObject, parts: Part[]): boolean {
  if (raw.is_error === true || raw.status === "error") return true
  const first = parts[0]
  return (
    first?.kind === "text" && /^\s*(?:error\b|exception\b|traceback \(most recent call last\)|[\w.]*(?:Error|Exception):)/i.test(first.text)
  )
}

/** A message with the id of the tool call that it answers. */
export interface UnjoinedMessage extends Message {
  callId: string | null
}

/** Moves each tool result into the call it answers: by id, else in order within the turn. */
export function joinResults(messages: UnjoinedMessage[]): Message[] {
  const kept: Message[] = []
  const byId = new Map<string, ToolCall>()
  let waiting: ToolCall[] = []
  for (const { callId, ...message } of messages) {
    if (message.calls.length > 0) {
      waiting = [...message.calls]
      for (const call of message.calls) if (call.id) byId.set(call.id, call)
    }
    if (message.result === null) {
      kept.push(message)
      continue
    }
    const call = (callId === null ? undefined : byId.get(callId)) ?? waiting.find((one) => one.id === null || callId === null)
    if (!call) {
      kept.push(message)
      continue
    }
    waiting = waiting.filter((one) => one !== call)
    call.results.push(message.result)
  }
  return kept
}

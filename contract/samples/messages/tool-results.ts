import { isObject, type RowObject, textOf } from "../row-values.ts"
import type { Message, Part, ToolCall, ToolResult } from "./conversation.ts"
import { restOf } from "./rest.ts"
import { callIdOf } from "./tool-calls.ts"

/** A tool's answer with the id of the call that it answers. */
export interface ToolAnswer {
  callId: string | null
  result: ToolResult
}

/** Whether a part of a message's content is a tool's answer, as Anthropic, the Responses API, Gemini and Bedrock write it. */
export const isResultPart = (part: RowObject): boolean =>
  /(?:tool[_-]?result|_call_output|function_response)$/i.test(String(part.type ?? "")) ||
  isObject(part.functionResponse) ||
  isObject(part.function_response) ||
  isObject(part.toolResult)

const contents = ["content", "output", "result", "response"]
const used = new Set([
  ...contents,
  ...["tool_use_id", "tool_call_id", "call_id", "toolCallId", "toolUseId", "id", "name", "toolName", "tool_name"],
  ...["is_error", "isError", "status", "functionResponse", "function_response", "toolResult"],
])

/** A tool's answer that is written as a part. */
export function toolAnswer(part: RowObject, toParts: (content: unknown) => Part[]): ToolAnswer {
  const inner = [part.functionResponse, part.function_response, part.toolResult].find(isObject) ?? part
  const content = contents.map((key) => inner[key]).find((one) => one !== null && one !== undefined)
  // The AI SDK says what kind of value it is: text, json, content, error-text.
  const isTagged = isObject(content) && typeof content.type === "string" && "value" in content
  const parts = toParts(isTagged ? content.value : content)
  const failed = isFailure(inner, parts) || (isTagged && String(content.type).startsWith("error"))
  const name = textOf(inner.name) ?? textOf(inner.toolName) ?? textOf(inner.tool_name)
  return { callId: callIdOf(inner), result: { parts, name, failed, rest: restOf(inner, used) } }
}

/** Whether a tool failed: by a flag, or because its text begins as an error does. */
export function isFailure(raw: RowObject, parts: Part[]): boolean {
  if (raw.is_error === true || raw.isError === true || raw.status === "error") return true
  const first = parts[0]
  return (
    first?.kind === "text" && /^\s*(?:error\b|exception\b|traceback \(most recent call last\)|[\w.]*(?:Error|Exception):)/i.test(first.text)
  )
}

/** A message before its tools' answers have found their calls. */
export interface UnjoinedMessage {
  message: Message
  answers: ToolAnswer[]
}

/**
 * Moves each tool's answer into the call it belongs to. Calls that share an id take their answers in turn, the latest turn first;
 * an answer without an id goes to the first open call of its name in the turn, else to the next open one. What fits no call stays
 * where it was.
 */
export function joinResults(messages: readonly UnjoinedMessage[]): Message[] {
  const kept: Message[] = []
  /** The calls of each id, those of the latest turn first. */
  const byId = new Map<string, ToolCall[]>()
  let turn: ToolCall[] = []
  for (const { message, answers } of messages) {
    if (message.calls.length > 0) {
      turn = message.calls
      for (const id of new Set(turn.map((call) => call.id)))
        if (id !== null) byId.set(id, [...turn.filter((call) => call.id === id), ...(byId.get(id) ?? [])])
    }
    for (const { callId, result } of answers) {
      const call = (callId === null ? undefined : callOfId(byId.get(callId), turn)) ?? callByPlace(turn, callId, result.name)
      ;(call ?? message).results.push(result)
    }
    if (answers.length === 0 || !isEmptied(message)) kept.push(message)
  }
  return kept
}

/** The first call without an answer; when all have one, the first of the latest turn, since a tool may answer more than once. */
const callOfId = (calls: readonly ToolCall[] | undefined, turn: readonly ToolCall[]): ToolCall | undefined =>
  calls?.find(isOpen) ?? calls?.findLast((call) => turn.includes(call)) ?? calls?.[0]

function callByPlace(turn: readonly ToolCall[], callId: string | null, name: string | null): ToolCall | undefined {
  const open = turn.filter((call) => isOpen(call) && (callId === null || call.id === null))
  return open.find((call) => call.name === name) ?? open[0]
}

const isOpen = (call: ToolCall): boolean => call.results.length === 0

/** Whether a message was nothing but answers that have moved. */
const isEmptied = ({ parts, reasoning, hiddenReasoning, calls, results, rest }: Message): boolean =>
  parts.length === 0 && reasoning.length === 0 && !hiddenReasoning && calls.length === 0 && results.length === 0 && rest === null

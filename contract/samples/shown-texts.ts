import type { JsonObject } from "../common.ts"
import type { Message, Part, ToolCall, ToolResult } from "./messages/conversation.ts"
import { conversations } from "./messages/conversations.ts"
import { partText, shownJson } from "./messages/part-text.ts"
import type { ModelCall } from "./messages/trace-branches.ts"
import { isObject } from "./row-values.ts"

const partTexts = (parts: readonly Part[]): string[] => parts.map(partText)
const restTexts = (rest: ToolCall["rest"]): string[] => (rest === null ? [] : [shownJson(rest)])

const resultTexts = ({ parts, rest }: ToolResult): string[] => [...partTexts(parts), ...restTexts(rest)]

const callTexts = (call: ToolCall): string[] => [
  call.name,
  call.code ?? call.arguments,
  ...restTexts(call.rest),
  ...call.results.flatMap(resultTexts),
]

/** What went wrong in a request to a model. */
const failureTexts = ({ error }: ModelCall): string[] => (error === null ? [] : [error])

const messageTexts = ({ name, reasoning, parts, calls, results, rest, turn }: Message): string[] => [
  ...(name === null ? [] : [name]),
  ...reasoning,
  ...partTexts(parts),
  ...calls.flatMap(callTexts),
  ...results.flatMap(resultTexts),
  ...restTexts(rest),
  ...(turn ? [turn.call, ...turn.failed].flatMap((call) => (call ? failureTexts(call) : [])) : []),
]

const valueTexts = (value: unknown): string[] =>
  value === null || value === undefined ? [] : [typeof value === "string" ? value : shownJson(value)]

/** What an error says: its words, not the names of its fields. */
const errorTexts = (error: unknown): string[] =>
  isObject(error) ? Object.values(error).filter((value) => typeof value === "string") : valueTexts(error)

/**
 * The texts that people see of a sample, each once: of every message its words, reasoning, tool calls and results as the page shows
 * them, and the sample's answer and error. Keys and roles of the stored JSON are not among them.
 */
export function shownTexts(row: JsonObject): string[] {
  const texts = [
    ...conversations(row).flatMap(({ title, messages, unanswered = [] }) => [
      title ?? "",
      ...messages.flatMap(messageTexts),
      ...unanswered.flatMap(failureTexts),
    ]),
    ...valueTexts(row.answer),
    ...valueTexts(row.output),
    ...errorTexts(row.error),
  ]
  return [...new Set(texts)].filter((text) => text !== "")
}

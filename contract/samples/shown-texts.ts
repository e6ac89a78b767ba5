import type { JsonObject } from "../common.ts"
import type { Message, Part, ToolCall, ToolResult } from "./messages/conversation.ts"
import { conversations } from "./messages/conversations.ts"
import { toMessages } from "./messages/messages.ts"
import { partText, shownJson } from "./messages/part-text.ts"
import type { ModelCall } from "./messages/trace-branches.ts"
import { isObject } from "./row-values.ts"

/** What of a sample a text is: a message's words, its reasoning, a tool call, a result of one, an error, or the sample's own answer. */
export const textKinds = ["title", "message", "reasoning", "call", "result", "error", "answer"] as const
export type TextKind = (typeof textKinds)[number]

export interface ShownText {
  text: string
  kind: TextKind
  /** The name that the page has for the message it is in; null for what is in none. */
  message: string | null
}

/** The same with the role of its message; null for what is in none. */
export type SpokenText = ShownText & { role: string | null }

type KindOfText = Omit<ShownText, "message">

/** The parts of a message follow each other on the page, and are one text: what is looked for may begin in one and end in the next. */
const partTexts = (parts: readonly Part[]): string[] => [parts.map(partText).join("\n")]
const restTexts = (rest: ToolCall["rest"]): string[] => (rest === null ? [] : [shownJson(rest)])
const of = (kind: TextKind, texts: readonly string[]): KindOfText[] => texts.map((text) => ({ text, kind }))

const resultTexts = ({ parts, rest }: ToolResult): KindOfText[] => of("result", [...partTexts(parts), ...restTexts(rest)])

const callTexts = (call: ToolCall): KindOfText[] => [
  ...of("call", [call.name, call.code ?? call.arguments, ...restTexts(call.rest)]),
  ...call.results.flatMap(resultTexts),
]

/** What went wrong in a request to a model. */
const failureTexts = ({ error }: ModelCall): KindOfText[] => of("error", error === null ? [] : [error])

/** What tools print is a result, also in a message of its own. */
const wordsKind = (role: string): TextKind => (role === "tool" || role === "function" ? "result" : "message")

const messageTexts = ({ role, name, reasoning, parts, calls, results, rest, turn }: Message): KindOfText[] => [
  ...of("message", name === null ? [] : [name]),
  ...of("reasoning", reasoning),
  ...of(wordsKind(role), partTexts(parts)),
  ...calls.flatMap(callTexts),
  ...results.flatMap(resultTexts),
  ...of("message", restTexts(rest)),
  ...(turn ? [turn.call, ...turn.failed].flatMap((call) => (call ? failureTexts(call) : [])) : []),
]

const valueTexts = (value: unknown): string[] =>
  value === null || value === undefined ? [] : [typeof value === "string" ? value : shownJson(value)]

/** What an error says: its words, not the names of its fields. */
const errorTexts = (error: unknown): string[] =>
  isObject(error) ? Object.values(error).filter((value) => typeof value === "string") : valueTexts(error)

const outsideMessages = (texts: readonly KindOfText[]): SpokenText[] => texts.map((text) => ({ ...text, message: null, role: null }))

/** The texts of raw messages that follow each other somewhere in a conversation. @param first how many of its messages are before them */
export const textsOfMessages = (messages: readonly unknown[], first: number): ShownText[] =>
  toMessages([], [...messages])
    .flatMap((message) => messageTexts(message).map((text) => ({ ...text, message: String(first + message.index + 1) })))
    .filter(({ text }) => text !== "")

/** The texts of a sample that are in no message: its answer, and its error. */
export const textsBesideMessages = (row: JsonObject): ShownText[] =>
  shownTexts({ answer: row.answer, output: row.output, error: row.error })

/**
 * The texts that people see of a sample, in order: of every message its words, reasoning, tool calls and results as the page shows them, and
 * the sample's answer and error. Keys and roles of the stored JSON are not among them.
 */
export function everyShownText(row: JsonObject): SpokenText[] {
  const talks = conversations(row)
  return [
    ...talks.flatMap(({ title, messages, unanswered = [] }, i) => [
      ...outsideMessages(of("title", title === null ? [] : [title])),
      ...messages.flatMap((message) => {
        const name = talks.length > 1 ? `${i + 1}-${message.index + 1}` : String(message.index + 1)
        return messageTexts(message).map((text) => ({ ...text, message: name, role: message.role }))
      }),
      ...outsideMessages(unanswered.flatMap(failureTexts)),
    ]),
    ...outsideMessages([...of("answer", [...valueTexts(row.answer), ...valueTexts(row.output)]), ...of("error", errorTexts(row.error))]),
  ].filter(({ text }) => text !== "")
}

/** The same, each text once and where it comes first. */
export function shownTexts(row: JsonObject): ShownText[] {
  const first = new Map<string, ShownText>()
  for (const { role, ...text } of everyShownText(row)) if (!first.has(text.text)) first.set(text.text, text)
  return [...first.values()]
}

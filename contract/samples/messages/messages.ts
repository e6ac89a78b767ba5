import { plainText } from "../../logs/terminal-text.ts"
import { isObject, parseJson, type RowObject, textOf } from "../row-values.ts"
import { type Content, readContent } from "./content.ts"
import type { Message, Part } from "./conversation.ts"
import { readReasoning, reasoningKeys, together } from "./reasoning.ts"
import { joinRests, restOf } from "./rest.ts"
import { callIdOf, toCalls } from "./tool-calls.ts"
import { isFailure, joinResults, type ToolAnswer, type UnjoinedMessage } from "./tool-results.ts"

/** Raw messages of a prompt and of a completion as one list, with each tool result inside the call that it answers. */
export function toMessages(prompt: unknown[], completion: unknown[]): Message[] {
  const all = [...prompt.map((raw) => [raw, "prompt"] as const), ...completion.map((raw) => [raw, "completion"] as const)]
  return joinResults(all.map(([raw, origin], index) => toMessage(raw, origin, index)))
}

/** Keys whose media belong to the message as its content does: spoken answers of OpenAI, pictures of Ollama and OpenRouter, files. */
const mediaKeys = { audio: "audio", images: "image", image: "image", videos: "video", files: "file", attachments: "file" } as const
const toolRoles = new Set(["tool", "function", "toolResult", "ipython"])
const used = new Set(["role", "content", "name", "refusal", "tool_calls", "function_call", ...reasoningKeys, ...Object.keys(mediaKeys)])
const usedByAnswers = new Set([...used, "tool_call_id", "tool_use_id", "call_id", "is_error", "isError"])

/** One message; the answer of a tool has not found its call yet. */
export function toMessage(raw: unknown, origin: Message["origin"], index: number): UnjoinedMessage {
  const empty: Message = {
    index,
    role: "unknown",
    origin,
    name: null,
    parts: [],
    reasoning: [],
    hiddenReasoning: false,
    calls: [],
    results: [],
    rest: null,
  }
  if (typeof raw === "string") {
    const decoded = parseJson(raw)
    if (isObject(decoded) && "role" in decoded) return toMessage(decoded, origin, index)
    return { message: { ...empty, role: "text", parts: [{ kind: "text", text: plainText(raw) }] }, answers: [] }
  }
  if (!isObject(raw)) return { message: { ...empty, parts: readContent(raw).parts }, answers: [] }
  const role = textOf(raw.role)
  if (role === null && isItem(raw)) return fromItem(raw, empty)
  const content = readContent(raw.content)
  const media = mediaOf(raw, content)
  const {
    texts,
    isHidden,
    rest: notUnderstood,
  } = together([...reasoningKeys.filter((key) => raw[key] !== undefined).map((key) => readReasoning(raw[key])), ...content.reasoning])
  const isAnswer = role !== null && toolRoles.has(role)
  // A type beside a role repeats it, unless there is no role to say whose message it is.
  const type = role === null && raw.type !== "message" ? raw.type : null
  const rest = joinRests([
    ...Object.entries(restOf(raw, isAnswer ? usedByAnswers : used) ?? {}),
    ["type", type],
    ["reasoning", notUnderstood],
    ...content.rests,
    ...media.rests,
  ])
  const message: Message = {
    ...empty,
    role: role ?? "unknown",
    name: textOf(raw.name),
    parts: [...content.parts, ...readContent(raw.refusal).parts, ...media.parts],
    reasoning: texts.map(plainText),
    hiddenReasoning: isHidden,
    calls: [...toCalls(raw.tool_calls), ...toCalls(raw.function_call), ...content.calls],
    rest,
  }
  if (!isAnswer || content.answers.length > 0) return { message, answers: content.answers }
  const answer: ToolAnswer = {
    callId: callIdOf({ ...raw, id: null }),
    result: { parts: message.parts, name: message.name, failed: isFailure(raw, message.parts), rest },
  }
  return { message: { ...message, parts: [], rest: null }, answers: [answer] }
}

/** The items of OpenAI's Responses API have a type instead of a role. */
const isItem = (raw: RowObject): boolean => /^(?:reasoning|\w*_call(?:_output)?)$/.test(String(raw.type ?? ""))

function fromItem(raw: RowObject, empty: Message): UnjoinedMessage {
  const content = readContent(raw)
  const { texts, isHidden } = together(content.reasoning)
  const message: Message = {
    ...empty,
    role: content.answers.length > 0 ? "tool" : "assistant",
    parts: content.parts,
    reasoning: texts.map(plainText),
    hiddenReasoning: isHidden,
    calls: content.calls,
    rest: content.rests[0]?.[1] ?? null,
  }
  return { message, answers: content.answers }
}

const mediaNames = Object.keys(mediaKeys)

function mediaOf(raw: RowObject, content: Content): Pick<Content, "parts" | "rests"> {
  if (!mediaNames.some((key) => raw[key] !== undefined)) return { parts: [], rests: [] }
  const said = new Set(content.parts.map((part) => (part.kind === "text" ? part.text : null)))
  const all = Object.entries(mediaKeys).flatMap(([key, type]) => {
    const value = raw[key]
    const list = value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]
    return list.map((one, i) =>
      readContent(typeof one === "string" ? { type, url: one } : isObject(one) ? { type, ...one } : one, `${key}[${i}]`),
    )
  })
  const isRepeated = (part: Part) => part.kind === "text" && said.has(part.text)
  return { parts: all.flatMap(({ parts }) => parts.filter((part) => !isRepeated(part))), rests: all.flatMap(({ rests }) => rests) }
}

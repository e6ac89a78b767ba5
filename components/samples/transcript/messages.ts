import { nativeTraces } from "@/contract/sample-row.ts"
import { plainText } from "@/lib/ansi.ts"

/** Something inside a message. Pictures and sound only when the data came with the message: nothing is loaded from elsewhere. */
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
  /** Place in the conversation, from 0; results that were joined to their call keep their number to themselves. */
  index: number
  role: string
  /** Given to the model, or come out of the rollout. */
  origin: "prompt" | "completion"
  name: string | null
  parts: Part[]
  reasoning: string[]
  /** Reasoning that the provider sent encrypted. */
  hiddenReasoning: boolean
  calls: ToolCall[]
  /** A tool's answer for which there is no call. */
  result: ToolResult | null
  /** Keys of the message that none of the above shows. */
  rest: Record<string, unknown> | null
}

export interface Conversation {
  title: string | null
  messages: Message[]
}

type Shape = Record<string, unknown>

const isObject = (value: unknown): value is Shape => typeof value === "object" && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The conversations of one sample, whatever wrote it: verifiers' rows (`prompt` and `completion`), OpenAI's `messages`,
 * a text instead of a list, a list that was encoded as JSON text, and verifiers v1 episodes (`traces` of `nodes`), also as v1
 * uploads them: whole within `info`, with the flat fields of one trace beside it.
 */
export function conversations(sample: Shape): Conversation[] {
  const episode = namedTraces(nativeTraces(sample).traces).flatMap(traceConversations)
  if (episode.length > 0) return episode
  const prompt = messageList(sample.prompt, "user")
  const completion = messageList(sample.completion, "assistant")
  if (prompt.length === 0 && completion.length > 0 && "episode_id" in sample)
    return [{ title: null, messages: normalise(...atFirstAnswer(completion)) }]
  if (prompt.length > 0 || completion.length > 0) return [{ title: null, messages: normalise(prompt, completion) }]
  const listed = messageList(sample.messages, "user")
  if (listed.length > 0) return [{ title: null, messages: normalise(...atFirstAnswer(listed)) }]
  if (Array.isArray(sample.traces)) return namedTraces(sample.traces.filter(isObject)).flatMap(traceConversations)
  if (Array.isArray(sample.nodes)) return namedTraces([sample]).flatMap(traceConversations)
  return []
}

/**
 * The traces of a verifiers v1 episode with the names of their agents. One that played several times has a number behind its name;
 * the only one has none when the library named it.
 */
export function namedTraces(traces: Shape[]): { trace: Shape; name: string | null }[] {
  const names = traces.map((trace) => (isObject(trace.agent) ? textOf(trace.agent.name) : null))
  return traces.map((trace, i) => {
    const name = names[i] ?? null
    if (name === null || (traces.length === 1 && name === "agent")) return { trace, name: null }
    const times = names.filter((other) => other === name).length
    const nth = names.slice(0, i + 1).filter((other) => other === name).length
    return { trace, name: times > 1 ? `${name} ${nth}` : name }
  })
}

/** A list of raw messages out of a list, one message, JSON text, or plain text (then of the given role). */
function messageList(value: unknown, role: string): unknown[] {
  if (value === null || value === undefined || value === "") return []
  if (Array.isArray(value)) return value
  if (typeof value === "string") {
    if (/^\s*\[/.test(value)) {
      const list = parsed(value)
      if (Array.isArray(list) && list.length > 0 && list.every((one) => isObject(one) && "role" in one)) return list
    }
    return [{ role, content: value }]
  }
  return [isObject(value) ? value : { role, content: String(value) }]
}

function atFirstAnswer(messages: unknown[]): [unknown[], unknown[]] {
  const at = messages.findIndex((message) => isObject(message) && message.role === "assistant")
  return at < 0 ? [messages, []] : [messages.slice(0, at), messages.slice(at)]
}

/** verifiers v1: messages form a tree; each leaf is one conversation, the last one first. */
function traceConversations({ trace, name }: { trace: Shape; name: string | null }): Conversation[] {
  const nodes = (Array.isArray(trace.nodes) ? trace.nodes : []).filter(isObject)
  const parents = new Set(nodes.map((node) => node.parent).filter((parent) => typeof parent === "number"))
  const leaves = nodes.map((_, i) => i).filter((i) => !parents.has(i))
  return leaves.reverse().map((leaf, i) => {
    const branch: Shape[] = []
    let at: unknown = leaf
    while (typeof at === "number" && nodes[at] && branch.length <= nodes.length) {
      branch.unshift(nodes[at] as Shape)
      at = nodes[at]?.parent
    }
    const first = branch.findIndex((node) => node.sampled === true)
    const cut = first < 0 ? branch.length : first
    const messages = branch.map((node) => node.message)
    const title = [name, i > 0 ? `earlier branch ${i}` : null].filter(Boolean).join(", ")
    return { title: title || null, messages: normalise(messages.slice(0, cut), messages.slice(cut)) }
  })
}

function normalise(prompt: unknown[], completion: unknown[]): Message[] {
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

interface Loose extends Message {
  callId: string | null
}

function toMessage(raw: unknown, origin: Message["origin"], index: number): Loose {
  const base: Loose = {
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
    const decoded = parsed(raw)
    if (isObject(decoded) && "role" in decoded) return toMessage(decoded, origin, index)
    return { ...base, role: "text", parts: [{ kind: "text", text: plainText(raw) }] }
  }
  if (!isObject(raw)) return { ...base, parts: raw === null || raw === undefined ? [] : [{ kind: "json", value: raw }] }
  const role = textOf(raw.role) ?? "unknown"
  const parts = toParts(raw.content)
  const thinking = Array.isArray(raw.thinking_blocks) ? raw.thinking_blocks.filter(isObject) : []
  const blocks = thinking.map((block) => textOf(block.thinking)).filter((text) => text !== null)
  const plain = textOf(raw.reasoning_content) ?? textOf(raw.reasoning)
  // Providers that send both send the same words twice.
  const reasoning =
    blocks.length > 0 && (plain === null || blocks.join("").trim() === plain.trim()) ? blocks : plain ? [plain, ...blocks] : blocks
  const rest = Object.entries(raw).filter(
    ([key, value]) => !shown.has(key) && value !== null && value !== undefined && !isEmpty(value) && !isOnlyType(key, value),
  )
  const message: Loose = {
    ...base,
    role,
    name: textOf(raw.name),
    parts,
    reasoning: [...reasoning, ...partReasoning(raw.content)].map(plainText),
    hiddenReasoning: thinking.some((block) => block.type === "redacted_thinking"),
    calls: [...toCalls(raw.tool_calls), ...toCalls(raw.function_call), ...partCalls(raw.content)],
    rest: rest.length > 0 ? Object.fromEntries(rest) : null,
    callId: textOf(raw.tool_call_id),
  }
  if (role !== "tool" && role !== "function") return message
  return { ...message, parts: [], result: { parts, name: message.name, failed: isFailure(raw, parts) } }
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
const isOnlyType = (key: string, value: unknown): boolean => key === "type" && value === "message"

function toParts(content: unknown): Part[] {
  if (content === null || content === undefined || content === "") return []
  if (typeof content === "string") return [{ kind: "text", text: plainText(content) }]
  if (Array.isArray(content)) return content.flatMap(toPart)
  return isObject(content) && "type" in content ? toPart(content) : [{ kind: "json", value: content }]
}

function toPart(part: unknown): Part[] {
  if (typeof part === "string") return part === "" ? [] : [{ kind: "text", text: plainText(part) }]
  if (!isObject(part)) return part === null || part === undefined ? [] : [{ kind: "json", value: part }]
  if (typeof part.text === "string" && (part.type === undefined || /text$/.test(String(part.type)))) {
    return part.text === "" ? [] : [{ kind: "text", text: plainText(part.text) }]
  }
  if (part.type === "refusal" && typeof part.refusal === "string") return [{ kind: "text", text: plainText(part.refusal) }]
  if (part.type === "thinking" || part.type === "reasoning" || part.type === "redacted_thinking" || part.type === "tool_use") return []
  if (part.type === "image_url" || part.type === "input_image") {
    const url = isObject(part.image_url) ? part.image_url.url : part.image_url
    if (typeof url === "string") return [reference("image", url)]
  }
  // Anthropic's pictures: {type:"image", source:{type:"base64", media_type, data}}.
  if (part.type === "image" && isObject(part.source)) {
    const { media_type: type, data, url } = part.source
    if (typeof data === "string" && typeof type === "string") return [reference("image", `data:${type};base64,${data}`)]
    if (typeof url === "string") return [reference("image", url)]
  }
  if (part.type === "input_audio" && isObject(part.input_audio)) {
    const { data, format } = part.input_audio
    if (typeof data === "string")
      return [
        reference(
          "audio",
          data.startsWith("data:") ? data : `data:audio/${format === "mp3" ? "mpeg" : String(format ?? "wav")};base64,${data}`,
        ),
      ]
  }
  if (part.type === "audio_url" && isObject(part.audio_url) && typeof part.audio_url.url === "string")
    return [reference("audio", part.audio_url.url)]
  return [{ kind: "json", value: part }]
}

const imageData = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]/i
const audioData = /^data:audio\/[\w.+-]+[;,]/i

function reference(kind: "image" | "audio", url: string): Part {
  if ((kind === "image" ? imageData : audioData).test(url)) return { kind, url }
  if (/^https?:\/\//i.test(url)) return { kind: "link", label: kind === "image" ? "Picture elsewhere" : "Sound elsewhere", url }
  return { kind: "json", value: { [kind]: url.slice(0, 200) } }
}

/** Reasoning written as content parts, as Anthropic and the Responses API do. */
function partReasoning(content: unknown): string[] {
  if (!Array.isArray(content)) return []
  return content
    .filter(isObject)
    .flatMap((part) => (part.type === "thinking" || part.type === "reasoning" ? [textOf(part.thinking) ?? textOf(part.text) ?? ""] : []))
    .filter(Boolean)
}

function partCalls(content: unknown): ToolCall[] {
  if (!Array.isArray(content)) return []
  return content
    .filter(isObject)
    .flatMap((part) => (part.type === "tool_use" ? toCalls([{ id: part.id, name: part.name, arguments: part.input }]) : []))
}

/** Tool calls as objects, OpenAI's {function:{…}}, JSON text of either, or JSON text of a whole list. */
function toCalls(value: unknown): ToolCall[] {
  if (value === null || value === undefined || value === "") return []
  if (Array.isArray(value)) return value.flatMap(toCall)
  if (typeof value === "string") {
    const decoded = parsed(value)
    if (Array.isArray(decoded)) return decoded.flatMap(toCall)
  }
  return toCall(value)
}

function toCall(value: unknown): ToolCall[] {
  const raw = typeof value === "string" ? parsed(value) : value
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
  const decoded = typeof value === "string" ? parsed(value) : value
  if (decoded === undefined) return { arguments: plainText(String(value)), argumentsAreJson: false, code: null }
  const keys = isObject(decoded) ? Object.keys(decoded) : []
  const code = isObject(decoded) && keys.length === 1 && keys[0] === "code" ? textOf(decoded.code) : null
  return { arguments: plainText(JSON.stringify(decoded, null, 2)), argumentsAreJson: true, code: code === null ? null : plainText(code) }
}

/** Says that a tool failed: by a flag, or because the text begins as an error does. */
function isFailure(raw: Shape, parts: Part[]): boolean {
  if (raw.is_error === true || raw.status === "error") return true
  const first = parts[0]
  return (
    first?.kind === "text" && /^\s*(?:error\b|exception\b|traceback \(most recent call last\)|[\w.]*(?:Error|Exception):)/i.test(first.text)
  )
}

/** Moves each tool result into the call it answers: by id, else in order within the turn. */
function joinResults(messages: Loose[]): Message[] {
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

/** How many characters of text a message holds. */
export const partsLength = (parts: Part[]): number => parts.reduce((sum, part) => sum + (part.kind === "text" ? part.text.length : 0), 0)

/** A message as text, for copying. */
export function messageText(message: Message): string {
  const text = (parts: Part[]) =>
    parts
      .map((part) =>
        part.kind === "text"
          ? part.text
          : part.kind === "json"
            ? JSON.stringify(part.value, null, 2)
            : part.kind === "link"
              ? part.url
              : `[${part.kind}]`,
      )
      .join("\n")
  return [
    text(message.parts),
    ...message.calls.flatMap((call) => [`${call.name}(${call.arguments})`, ...call.results.map((result) => text(result.parts))]),
    message.result ? text(message.result.parts) : "",
  ]
    .filter((piece) => piece !== "")
    .join("\n\n")
}

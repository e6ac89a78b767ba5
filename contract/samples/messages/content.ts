import { plainText } from "../../logs/terminal-text.ts"
import { isObject, textOf } from "../row-values.ts"
import type { Part } from "./conversation.ts"

/** The parts of a message's content: a string, a list of parts as OpenAI or Anthropic write them, or anything else as JSON. */
export function toParts(content: unknown): Part[] {
  if (content === null || content === undefined || content === "") return []
  if (typeof content === "string") return [textPart(content)]
  if (Array.isArray(content)) return content.flatMap(toPart)
  return isObject(content) && "type" in content ? toPart(content) : [{ kind: "json", value: content }]
}

const textPart = (text: string): Part => ({ kind: "text", text: plainText(text) })

/** Content parts that are shown as reasoning or as tool calls, not as content. */
const shownElsewhere = new Set(["thinking", "reasoning", "redacted_thinking", "tool_use"])

function toPart(part: unknown): Part[] {
  if (typeof part === "string") return part === "" ? [] : [textPart(part)]
  if (!isObject(part)) return part === null || part === undefined ? [] : [{ kind: "json", value: part }]
  if (typeof part.text === "string" && (part.type === undefined || /text$/.test(String(part.type)))) {
    return part.text === "" ? [] : [textPart(part.text)]
  }
  if (part.type === "refusal" && typeof part.refusal === "string") return [textPart(part.refusal)]
  if (shownElsewhere.has(String(part.type))) return []
  return [imagePart(part) ?? audioPart(part) ?? { kind: "json", value: part }]
}

function imagePart(part: Record<string, unknown>): Part | null {
  if (part.type === "image_url" || part.type === "input_image") {
    const url = isObject(part.image_url) ? part.image_url.url : part.image_url
    return typeof url === "string" ? reference("image", url) : null
  }
  // Anthropic's images: {type:"image", source:{type:"base64", media_type, data}}.
  if (part.type === "image" && isObject(part.source)) {
    const { media_type: type, data, url } = part.source
    if (typeof data === "string" && typeof type === "string") return reference("image", `data:${type};base64,${data}`)
    if (typeof url === "string") return reference("image", url)
  }
  return null
}

function audioPart(part: Record<string, unknown>): Part | null {
  if (part.type === "input_audio" && isObject(part.input_audio)) {
    const { data, format } = part.input_audio
    if (typeof data !== "string") return null
    const type = format === "mp3" ? "mpeg" : String(format ?? "wav")
    return reference("audio", data.startsWith("data:") ? data : `data:audio/${type};base64,${data}`)
  }
  if (part.type === "audio_url" && isObject(part.audio_url) && typeof part.audio_url.url === "string")
    return reference("audio", part.audio_url.url)
  return null
}

const imageData = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]/i
const audioData = /^data:audio\/[\w.+-]+[;,]/i

/** Embedded data is shown, a URL is only printed, and anything else (a script, an HTML document) becomes JSON. */
function reference(kind: "image" | "audio", url: string): Part {
  if ((kind === "image" ? imageData : audioData).test(url)) return { kind, url }
  if (/^https?:\/\//i.test(url)) return { kind: "link", label: kind === "image" ? "External image" : "External audio", url }
  return { kind: "json", value: { [kind]: url.slice(0, 200) } }
}

/** Reasoning written as content parts, as Anthropic and the Responses API do. */
export function partReasoning(content: unknown): string[] {
  if (!Array.isArray(content)) return []
  return content
    .filter(isObject)
    .flatMap((part) => (part.type === "thinking" || part.type === "reasoning" ? [textOf(part.thinking) ?? textOf(part.text) ?? ""] : []))
    .filter(Boolean)
}

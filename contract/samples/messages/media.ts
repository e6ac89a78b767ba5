import { plainText } from "../../logs/terminal-text.ts"
import { isObject, type RowObject, textOf } from "../row-values.ts"
import { base64Bytes, isBase64, sniffedType } from "./base64.ts"
import type { Part } from "./conversation.ts"
import { joinRests, restOf } from "./rest.ts"

/** Objects inside a part that hold its data, as OpenAI, Anthropic, Gemini, Bedrock, Hugging Face and MCP write them. */
const holders = [
  "image_url",
  "image",
  "source",
  "file",
  "input_audio",
  "audio",
  "audio_url",
  "video",
  "video_url",
  "document",
  "inline_data",
  "inlineData",
  "file_data",
  "fileData",
  "resource",
  "data",
]
const payloads = [
  "data",
  "base64",
  "bytes",
  "blob",
  "file_data",
  "image",
  "audio",
  "video",
  "document",
  "image_url",
  "audio_url",
  "video_url",
  "file_url",
  "url",
  "uri",
  "file_uri",
  "fileUri",
  "file",
  "result",
]
const types = ["mime_type", "mimeType", "media_type", "mediaType", "content_type", "contentType"]
const names = ["filename", "file_name", "fileName", "name", "title", "path"]
const ids = ["file_id", "fileId"]

interface Found {
  payloads: string[]
  type: string | null
  format: string | null
  name: string | null
  id: string | null
  transcript: string | null
  text: string | null
}

type Kind = "image" | "audio" | "video" | "file"

/**
 * A picture, sound, video or file that is written as a part of a message, in the shape of any known library.
 * @returns its parts (a spoken answer is its transcript and its sound) and the fields that they do not show, or null when the part
 * is no media or its data cannot be made out
 */
export function readMedia(part: RowObject): { parts: Part[]; rest: RowObject | null } | null {
  const kind = kindOf(part)
  if (kind === null) return null
  const { found, rest } = gather(part, 0)
  const media = found.payloads.flatMap((payload) => mediaPart(payload, kind, found) ?? [])
  if (media.length < found.payloads.length) return null
  const words = found.transcript ?? found.text
  if (media.length === 0 && words === null && found.id === null) return null
  if (media.length === 0 && words === null)
    media.push({ kind: "file", name: found.name ?? found.id, type: found.type, bytes: null, url: null })
  const named = media.find((one) => one.kind === "file")?.name
  const { name, id: file_id } = found
  return {
    parts: [...(words === null ? [] : [{ kind: "text", text: plainText(words) } as const]), ...media],
    rest: joinRests([
      ...Object.entries(rest ?? {}),
      ["name", name === named ? null : name],
      ["file_id", file_id === named ? null : file_id],
    ]),
  }
}

function kindOf(part: RowObject): Kind | null {
  const said = textOf(part.type) ?? holders.find((key) => key !== "data" && key !== "source" && isObject(part[key])) ?? ""
  const [kind] = /image|audio|video|file|document|media|resource|inline_?data/i.exec(said) ?? []
  if (kind === undefined) return null
  const lower = kind.toLowerCase()
  return lower === "image" || lower === "audio" || lower === "video" ? lower : "file"
}

/** Collects what describes the data from the part and the objects inside it that hold it; the outer word wins. */
function gather(value: RowObject, depth: number, wantsPayload = true): { found: Found; rest: RowObject | null } {
  const used = new Set<string>()
  const first = (keys: readonly string[]): string | null => {
    const key = keys.find((one) => textOf(value[one]) !== null)
    if (key === undefined) return null
    used.add(key)
    return textOf(value[key])
  }
  const own = wantsPayload ? payloads.find((key) => textsOf(value[key]).length > 0) : undefined
  if (own !== undefined) used.add(own)
  const found: Found = {
    payloads: own === undefined ? [] : textsOf(value[own]),
    type: first(types),
    format: first(["format"]),
    name: first(names),
    id: first(ids),
    transcript: first(["transcript"]),
    text: first(["text"]),
  }
  // The text of a document stands where the data of others does.
  if (value.type === "text" && found.payloads[0] !== undefined) {
    found.text = found.payloads[0]
    found.payloads = []
  }
  const rests: [string, unknown][] = []
  for (const key of depth > 2 ? [] : holders) {
    const inner = value[key]
    if (!isObject(inner)) continue
    used.add(key)
    const { found: deeper, rest } = gather(inner, depth + 1, wantsPayload && found.payloads.length === 0)
    for (const field of ["type", "format", "name", "id", "transcript", "text"] as const) found[field] ??= deeper[field]
    if (found.payloads.length === 0) found.payloads = deeper.payloads
    rests.push([key, rest])
  }
  return { found, rest: joinRests([...Object.entries(restOf(value, used) ?? {}), ...rests]) }
}

/** A text, or each of a list of texts, such as the frames of a video. */
const textsOf = (value: unknown): string[] =>
  textOf(value) !== null ? [value as string] : Array.isArray(value) && value.every((one) => textOf(one) !== null) ? value : []

const shownImage = /^image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml|x-icon)$/
const shownVideo = /^video\/(?:mp4|webm|ogg|quicktime)$/

function mediaPart(payload: string, kind: Kind, { type, format, name }: Found): Part | null {
  if (/^https?:\/\//i.test(payload)) return { kind: "link", label: `External ${kind}`, url: payload }
  const [, urlType, encoding] = /^data:([\w.+-]+\/[\w.+-]+)?[^,]{0,200}?(;base64)?,/i.exec(payload.slice(0, 400)) ?? []
  const isUrl = /^data:/i.test(payload)
  if (!isUrl && !isBase64(payload, (type ?? format ?? sniffedType(payload)) !== null)) return null
  const is =
    (urlType ?? type ?? typeOfFormat(kind, format) ?? sniffedType(payload) ?? (kind === "audio" ? "audio/wav" : null))?.toLowerCase() ??
    null
  const url = isUrl
    ? payload
    : `data:${is ?? "application/octet-stream"};base64,${payload.replace(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/")}`
  if (is !== null && shownImage.test(is)) return { kind: "image", url }
  if (is?.startsWith("audio/")) return { kind: "audio", url }
  if (is !== null && shownVideo.test(is)) return { kind: "video", url }
  const data = isUrl ? payload.length - payload.indexOf(",") - 1 : payload.length
  return { kind: "file", name, type: is, bytes: isUrl && !encoding ? data : base64Bytes(url), url }
}

/** The media type of a format's name, such as mp3 or pdf, in a part of this kind. */
function typeOfFormat(kind: Kind, format: string | null): string | null {
  if (format === null) return null
  if (format.includes("/")) return format
  const name = format.toLowerCase() === "mp3" ? "mpeg" : format.toLowerCase() === "jpg" ? "jpeg" : format.toLowerCase()
  return kind === "file" ? (name === "pdf" ? "application/pdf" : null) : `${kind}/${name}`
}

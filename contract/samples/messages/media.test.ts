import { expect, test } from "vitest"
import { toMessages } from "./messages.ts"
import { partText, shownJson } from "./part-text.ts"

const png = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"
const url = `data:image/png;base64,${png}`
const pdf = "JVBERi0xLjQKJcOkw7zDtsOf"
const message = (raw: object) => toMessages([], [{ role: "user", ...raw }])[0]
const parts = (part: object) => message({ content: [part] })?.parts

test.each<[string, object]>([
  ["OpenAI", { type: "image_url", image_url: { url } }],
  ["OpenAI, with base64 alone", { type: "image_url", image_url: { url: png } }],
  ["OpenAI's Responses API", { type: "input_image", image_url: url }],
  ["Anthropic", { type: "image", source: { type: "base64", media_type: "image/png", data: png } }],
  ["Hugging Face and Inspect", { type: "image", image: url }],
  ["Hugging Face, as datasets store it", { type: "image", image: { bytes: png, path: null } }],
  ["LangChain", { type: "image", base64: png, mime_type: "image/png", source_type: "base64" }],
  ["LangChain before", { type: "image", source_type: "base64", data: png, mime_type: "image/png" }],
  ["the AI SDK", { type: "file", data: png, mediaType: "image/png" }],
  ["MCP", { type: "image", data: png, mimeType: "image/png" }],
  ["Gemini", { inline_data: { mime_type: "image/png", data: png } }],
  ["Gemini in JavaScript", { inlineData: { mimeType: "image/png", data: png } }],
  ["Bedrock", { image: { format: "png", source: { bytes: png } } }],
  ["a call that makes pictures", { type: "image_generation_call", result: png }],
])("a picture as %s writes it is a picture", (_, part) => {
  expect(message({ content: [part] })).toMatchObject({ parts: [{ kind: "image", url }], rest: null })
})

test("pictures beside the content, as Ollama and OpenRouter write them", () => {
  expect(message({ content: "look", images: [png] })?.parts).toEqual([
    { kind: "text", text: "look" },
    { kind: "image", url },
  ])
  expect(message({ content: "look", images: [{ type: "image_url", image_url: { url } }] })?.parts[1]).toEqual({ kind: "image", url })
})

test.each<[string, object]>([
  ["OpenAI", { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` } }],
  ["OpenAI's Responses API", { type: "input_file", filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` }],
  ["the AI SDK", { type: "file", data: pdf, mediaType: "application/pdf", filename: "a.pdf" }],
  ["Bedrock", { document: { format: "pdf", name: "a.pdf", source: { bytes: pdf } } }],
  ["MCP", { type: "resource", resource: { name: "a.pdf", mimeType: "application/pdf", blob: pdf } }],
])("a file as %s writes it has its name, type and size", (_, part) => {
  const file = { kind: "file", name: "a.pdf", type: "application/pdf", bytes: 18, url: `data:application/pdf;base64,${pdf}` }
  expect(message({ content: [part] })).toMatchObject({ parts: [file], rest: null })
})

test("files that are elsewhere are named: by address, by id, or as text", () => {
  expect(parts({ type: "input_file", file_url: "https://example.org/a.pdf" })).toEqual([
    { kind: "link", label: "External file", url: "https://example.org/a.pdf" },
  ])
  expect(parts({ type: "file", file: { file_id: "file-1" } })).toEqual([
    { kind: "file", name: "file-1", type: null, bytes: null, url: null },
  ])
  expect(parts({ type: "document", source: { type: "text", media_type: "text/plain", data: "plain words" } })).toEqual([
    { kind: "text", text: "plain words" },
  ])
})

test("sound and video, with the type that their data begins with", () => {
  expect(parts({ type: "input_audio", input_audio: { data: "UklGRgECAwQ=" } })).toEqual([
    { kind: "audio", url: "data:audio/wav;base64,UklGRgECAwQ=" },
  ])
  expect(parts({ type: "video", video: "AAAAIGZ0eXBpc29t" })).toEqual([{ kind: "video", url: "data:video/mp4;base64,AAAAIGZ0eXBpc29t" }])
  expect(parts({ type: "video_url", video_url: { url: "https://example.org/v" } })).toMatchObject([
    { kind: "link", label: "External video" },
  ])
})

test("a spoken answer is its transcript and its sound, once", () => {
  const audio = { id: "audio_1", data: "SUQzBAAAAAAA", transcript: "It is red.", expires_at: 1 }
  const spoken = [
    { kind: "text", text: "It is red." },
    { kind: "audio", url: "data:audio/mpeg;base64,SUQzBAAAAAAA" },
  ]
  expect(message({ role: "assistant", content: null, audio })).toMatchObject({
    parts: spoken,
    rest: { "audio[0]": { id: "audio_1", expires_at: 1 } },
  })
  expect(message({ content: "It is red.", audio })?.parts).toEqual(spoken)
})

test("a message that refuses says so", () => {
  expect(message({ content: null, refusal: "I cannot." })?.parts).toEqual([{ kind: "text", text: "I cannot." }])
})

test("words and paths are no data, and what cannot be made out is JSON", () => {
  for (const part of [{ type: "image", image: "images/cat_photo_001" }, { type: "image" }, { type: "file", file: { data: "some words" } }])
    expect(parts(part)).toEqual([{ kind: "json", value: part }])
})

test("JSON shows the beginning of base64, and characters that turn text as escapes", () => {
  expect(shownJson({ blob: "A".repeat(5000) })).toBe(`{\n  "blob": "${"A".repeat(48)}… (5,000 characters)"\n}`)
  expect(shownJson("a \u202e b")).toBe('"a \\u202e b"')
  expect(partText({ kind: "file", name: "a.pdf", type: null, bytes: 3, url: null })).toBe("[a.pdf]")
})

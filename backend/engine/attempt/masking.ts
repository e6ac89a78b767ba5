import { hasEscapes, terminalEscapes } from "../../../contract/logs/terminal-text.ts"
import { TextFinder } from "../../base/text-finder.ts"

/** A function that hides secrets in a text, in every encoding that a log line or a message is likely to carry. */
export type Mask = (text: string) => string

/** A text to hide; it shows up as [NAME]. One name may have several texts: a file's content, and the same in base64. */
export interface Secret {
  name: string
  value: string
}

/** Shorter values would hide half of every log. */
const shortest = 5
/** A line of a longer text is hidden by itself from this length on: shorter ones (`{`, `-----END…`) are not secret. */
const shortestLine = 16

export function maskOf(secrets: readonly Secret[]): Mask {
  const names = new Map<string, string>()
  for (const { name, value } of secrets) {
    // Output comes line by line, and so does a printed key or file.
    const lines = value.split(/\r?\n/).map((line) => line.trim())
    if (lines.length > 1)
      for (const line of lines) if (line.length >= shortestLine) for (const form of [line, inJson(line)]) names.set(form, name)
    if (value.length >= shortest) for (const form of formsOf(value)) names.set(form, name)
  }
  if (names.size === 0) return (text) => text
  const finder = new TextFinder(names)
  return (text) => {
    // A terminal shows no escape sequences, so one in the middle would not hide a secret from people.
    const escapes = hasEscapes(text) ? withoutEscapes(text) : null
    const found = finder.find(escapes?.shown ?? text)
    if (found.length === 0) return text
    const place = escapes?.place ?? ((at: number) => at)
    let masked = ""
    let end = 0
    for (const { name, from, to } of found) {
      masked += `${text.slice(end, place(from))}[${name}]`
      end = place(to - 1) + 1
    }
    return masked + text.slice(end)
  }
}

/** A text as a terminal shows it, and where each of its characters stands in the original. */
function withoutEscapes(text: string): { shown: string; place: (at: number) => number } {
  let shown = ""
  const pieces: { from: number; original: number }[] = []
  let end = 0
  const keep = (to: number) => {
    pieces.push({ from: shown.length, original: end })
    shown += text.slice(end, to)
  }
  for (const { 0: sequence, index } of text.matchAll(terminalEscapes)) {
    keep(index)
    end = index + sequence.length
  }
  keep(text.length)
  let piece = 0
  // Asked in ascending order.
  const place = (at: number): number => {
    while ((pieces[piece + 1]?.from ?? Number.POSITIVE_INFINITY) <= at) piece++
    const { from, original } = pieces[piece] as { from: number; original: number }
    return original + at - from
  }
  return { shown, place }
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** Longer values, which are files, are looked for in their usual forms alone. */
const fileCharacters = 4096

function formsOf(value: string): string[] {
  const json = inJson(value)
  const bytes = Buffer.from(value)
  const usual = [value, json, bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")]
  if (value.length > fileCharacters) return usual
  // Python's json.dumps escapes everything beyond ASCII, and its repr() quotes.
  const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
  const repr = value.replace(/[\\\n\r\t]/g, (c) => ({ "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" })[c] as string)
  const hex = bytes.toString("hex")
  return [
    ...usual,
    ascii,
    inJson(json),
    repr,
    repr.replaceAll("'", "\\'"),
    encodeURIComponent(value.toWellFormed()),
    [...value].reverse().join(""),
    hex,
    hex.toUpperCase(),
    ...[1, 2].map((offset) => base64Behind(bytes, offset)),
  ].filter((form) => form.length >= shortest)
}

/** The characters of base64 that depend on these bytes alone where `offset` others stand before them, as in Basic authorization. */
function base64Behind(bytes: Buffer, offset: number): string {
  const coded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "")
  const isWhole = (offset + bytes.length) % 3 === 0
  return coded.slice(offset + 1, isWhole ? undefined : -1)
}

/**
 * Masks every text in a JSON value, and leaves its structure alone: a mask over the raw line could break it, and lose the line.
 * @returns the value itself where nothing in it is to be hidden, which is nearly always
 */
export function maskJson<T>(mask: Mask, value: T): T {
  if (typeof value === "string") return mask(value) as T
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) {
    let masked: unknown[] | null = null
    for (let i = 0; i < value.length; i++) {
      const one = maskJson(mask, value[i])
      if (one === value[i]) continue
      masked ??= value.slice()
      masked[i] = one
    }
    return (masked ?? value) as T
  }
  const object = value as Record<string, unknown>
  const names = Object.keys(object)
  let masked: [string, unknown][] | null = null
  for (const [i, name] of names.entries()) {
    const shown = mask(name)
    const one = maskJson(mask, object[name])
    if (masked === null && shown === name && one === object[name]) continue
    masked ??= names.slice(0, i).map((known) => [known, object[known]])
    masked.push([shown, one])
  }
  return (masked === null ? value : Object.fromEntries(masked)) as T
}

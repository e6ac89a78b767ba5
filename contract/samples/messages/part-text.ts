import { asWritten } from "../../text/exact-json.ts"
import type { Part } from "./conversation.ts"

const base64Shown = 48
const longBase64 = /^(?:data:[\w.+/;=-]{0,200},)?[A-Za-z0-9+/_-]{200,}={0,2}$/

/** JSON for people: indented, base64 cut to its beginning, and characters that turn the direction of text written as escapes. */
export function shownJson(value: unknown): string {
  const short = (_: string, one: unknown) =>
    typeof one === "string" && one.length > 200 && longBase64.test(one)
      ? `${one.slice(0, base64Shown)}… (${one.length.toLocaleString("en-US")} characters)`
      : one
  return withVisibleTurns(indentedJson(value, short))
}

/** Indented JSON of any value; one that is nested more deeply than the stack is only named. */
export function indentedJson(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  try {
    return asWritten(JSON.stringify(value, replacer, 2) ?? "undefined")
  } catch {
    return "[nested too deeply]"
  }
}

/** JSON text in which characters that turn the direction of text are escapes: the same value, and nothing around it is turned. */
export const withVisibleTurns = (json: string): string =>
  json.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (turn) => `\\u${turn.charCodeAt(0).toString(16)}`)

/** A part in words, for lists: its text, or what it is. */
export function partText(part: Part): string {
  switch (part.kind) {
    case "text":
      return part.text
    case "json":
      return shownJson(part.value)
    case "link":
      return part.url
    case "file":
      return `[${part.name ?? part.type ?? "file"}]`
    default:
      return `[${part.kind}]`
  }
}

import type { ToolCall } from "@/contract/samples/messages/conversation.ts"
import { partText, withVisibleTurns } from "@/contract/samples/messages/part-text.ts"
import { isObject, parseExactJson } from "@/contract/samples/row-values.ts"
import { shortText } from "@/contract/text/cut-text.ts"
import { exactText, nameText } from "@/contract/text/exact-json.ts"

const argumentsMax = 80
const resultMax = 100
/** Of a longer text, the rest cannot be on the line. */
const readMax = 2000

const oneLine = (text: string): string => text.slice(0, readMax).replace(/\s+/g, " ").trim()

/** A value as a program would have it; whole lists and objects are only hinted at. */
const valueText = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(shortText(oneLine(value), argumentsMax))
    : (exactText(value) ?? (isObject(value) ? "{…}" : JSON.stringify(value)))

/**
 * A tool call as a line of a program: `look_up("egg")`, `search(query="egg", limit=5)`. Of a single argument only the value is written,
 * as text as it came where it is no JSON.
 */
export function callText(call: ToolCall): string {
  const given = call.arguments.length <= readMax ? parseExactJson(call.arguments) : undefined
  if (!isObject(given)) return shortText(withVisibleTurns(oneLine(call.arguments)), argumentsMax)
  const entries = Object.entries(given)
  const text =
    entries.length === 1 ? valueText(entries[0]?.[1]) : entries.map(([name, value]) => `${nameText(name)}=${valueText(value)}`).join(", ")
  return shortText(withVisibleTurns(text), argumentsMax)
}

/** What a call answered, in one line; null while nothing has. */
export function resultText(call: ToolCall): string | null {
  const [result] = call.results
  if (!result) return null
  const words = oneLine(result.parts.map(partText).join(" "))
  return words === "" ? "(empty)" : shortText(words, resultMax)
}

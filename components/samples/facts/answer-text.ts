import type { JsonObject } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import type { Message } from "@/contract/samples/messages/conversation.ts"
import { isObject } from "@/contract/samples/row-values.ts"
import { valueText } from "./sample-facts.ts"

/** What the model said last in a conversation; null where it said nothing. */
export function lastWords(messages: readonly Message[]): string | null {
  const last = messages.findLast(({ role, origin, parts }) => origin === "completion" && role === "assistant" && parts.length > 0)
  const words = last?.parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n")
  return words?.trim() ? words : null
}

/** What the example's dataset gives as the answer, as text; null where it gives none. */
export function expectedOf(sample: JsonObject): string | null {
  const value = sample.answer ?? (isObject(sample.task) ? sample.task.answer : null)
  const text = value === null || value === undefined ? "" : plainText(valueText(value))
  return text.trim() === "" ? null : text
}

import type { JsonObject } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import type { Message } from "@/contract/samples/messages/conversation.ts"
import { isObject } from "@/contract/samples/row-values.ts"
import { valueText } from "./sample-facts.ts"

/** What stands in the last `\boxed{…}` of a text, with the braces inside it; null where none is or it has no end. */
function boxedIn(text: string): string | null {
  const start = text.lastIndexOf("\\boxed{")
  if (start < 0) return null
  const from = start + "\\boxed{".length
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{") depth++
    if (text[at] === "}" && --depth === 0) return text.slice(from, at)
  }
  return null
}

/** The answer in a model's last words: what is in its last `<answer>` tag or `\boxed{}`, as most environments ask for it, else all of them. */
export function answerIn(text: string): string {
  const tagged = [...text.matchAll(/<answer>([\s\S]*?)<\/answer>/gi)].at(-1)?.[1]
  return (tagged ?? boxedIn(text) ?? text).trim()
}

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

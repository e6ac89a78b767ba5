import type { JsonObject } from "../common.ts"
import { plainText } from "../logs/terminal-text.ts"
import { cutText, shortText } from "../text/cut-text.ts"
import type { Part } from "./messages/conversation.ts"
import { flatConversation, rawConversations } from "./messages/conversations.ts"
import { toMessage } from "./messages/messages.ts"
import { partText } from "./messages/part-text.ts"
import { isObject } from "./row-values.ts"

const previewCharacters = 240

/** One line of a text, with an ellipsis where something was cut. */
export function shortLine(text: string): string {
  const head = cutText(text, previewCharacters * 4)
  // Single spaces stay as they are: replacing each of them, too, would take most of the time of a sample's facts.
  const line = head.replace(/\s{2,}|[^\S ]/g, " ").trim()
  return shortText(head.length < text.length && line.length <= previewCharacters ? `${line}…` : line, previewCharacters)
}

/** Data is only named in a list. */
const wordsOf = (part: Part): string =>
  part.kind === "json" && isObject(part.value) && part.value.type ? `[${String(part.value.type)}]` : partText(part)

/** The words of a message; also what a tool answered, which the page shows with the call. */
function readMessage(raw: unknown): { role: string; words: string; answered: string } {
  const { message, answers } = toMessage(raw, "prompt", 0)
  const words = (parts: readonly Part[]) => parts.map(wordsOf).join(" ").trim()
  return { role: message.role, words: words(message.parts), answered: words(answers.flatMap(({ result }) => result.parts)) }
}

/** The words of a message that is a role and a text and nothing else, as most are; null for any other. */
const plainWords = (raw: Record<string, unknown>): string | null =>
  typeof raw.content === "string" && Object.keys(raw).length === 2 ? plainText(raw.content).trim() : null

/** The last message of these roles that has words, else the last one. Only as many messages are read as that needs. */
function lastWords(messages: readonly unknown[], roles: readonly string[]): string {
  for (let i = messages.length - 1; i >= 0; i--) {
    const raw = messages[i]
    if (isObject(raw) && typeof raw.role === "string") {
      if (!roles.includes(raw.role)) continue
      const plain = plainWords(raw)
      if (plain) return plain
    }
    const { role, words } = readMessage(raw)
    if (roles.includes(role) && words !== "") return words
  }
  const last = messages.length > 0 ? readMessage(messages.at(-1)) : null
  return last ? last.words || last.answered : ""
}

/** What a list shows of a sample: the last thing the user said before the model answered, and the last thing the model said. */
export function previews(row: JsonObject): { prompt: string; completion: string } {
  const { prompt, completion } = flatConversation(row) ?? rawConversations(row)[0] ?? { prompt: [], completion: [] }
  const said = lastWords(completion, ["assistant", "model"]) || (typeof row.output === "string" ? row.output : "")
  return { prompt: shortLine(lastWords(prompt, ["user", "human"])), completion: shortLine(said) }
}

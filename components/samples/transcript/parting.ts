import type { Message } from "@/contract/samples/messages/conversation.ts"
import { partText } from "@/contract/samples/messages/part-text.ts"

/** What a message does: its tool calls where it has some, else what it says. Words around calls differ between any two rollouts. */
const deedOf = ({ role, calls, parts }: Message): string =>
  calls.length > 0
    ? JSON.stringify([role, ...calls.map(({ name, arguments: given }) => [name, given])])
    : JSON.stringify([
        role,
        parts
          .map((part) => partText(part))
          .join(" ")
          .replace(/\s+/g, " ")
          .trim(),
      ])

/**
 * The index at which one rollout's messages begin to differ from another's of the same example: the first message of the model that calls
 * other tools, calls them otherwise, or says something else. Null where the rollouts do the same as far as both go.
 */
export function partingIndex(messages: readonly Message[], other: readonly Message[]): number | null {
  for (const [i, message] of messages.entries()) {
    const counterpart = other[i]
    if (!counterpart) return message.origin === "completion" ? i : null
    if (message.origin === "completion" && message.role === "assistant" && deedOf(message) !== deedOf(counterpart)) return i
  }
  return null
}

import type { JsonObject } from "@/contract/index.ts"
import type { Message } from "@/contract/samples/messages/conversation.ts"
import { conversations } from "@/contract/samples/messages/conversations.ts"
import { partText } from "@/contract/samples/messages/part-text.ts"

/** One message of a rollout in words. */
export interface TurnText {
  role: string
  text: string
}

/** The messages of a sample, one conversation after the other. */
export const turnsOf = (sample: JsonObject): TurnText[] =>
  conversations(sample).flatMap(({ messages }) => messages.map((message) => ({ role: message.role, text: messageText(message) })))

function messageText({ reasoning, parts, calls, results }: Message): string {
  const resultText = (list: Message["results"]) => list.map((result) => `→ ${result.parts.map(partText).join("\n")}`)
  return [
    ...reasoning,
    ...parts.map(partText),
    ...calls.flatMap((call) => [`${call.name}(${call.arguments})`, ...resultText(call.results)]),
    ...resultText(results),
  ]
    .map((text) => text.trim())
    .filter(Boolean)
    .join("\n")
}

/** How many messages two rollouts have in common before they part. */
export function sharedTurns(left: readonly TurnText[], right: readonly TurnText[]): number {
  let shared = 0
  while (shared < left.length && shared < right.length && isSame(left[shared], right[shared])) shared++
  return shared
}

const isSame = (a: TurnText | undefined, b: TurnText | undefined): boolean => a?.role === b?.role && a?.text === b?.text

/** The text of the expected answer, where the sample has one. */
export function expectedAnswer(sample: JsonObject): string | null {
  const { answer } = sample
  return typeof answer === "string" && answer.trim() !== "" ? answer.trim() : typeof answer === "number" ? String(answer) : null
}

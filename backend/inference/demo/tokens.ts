import { countTokens } from "../count-tokens.ts"
import type { Reply } from "./reply.ts"
import type { ChatRequest } from "./request.ts"

/** Every text of a request that a model would read. */
export function promptTexts(request: ChatRequest): string[] {
  return [
    ...request.messages.flatMap((message) => [message.text, ...message.toolCalls.flatMap((call) => [call.name, call.arguments])]),
    ...request.toolDefinitions,
  ]
}

/** Counts a prompt: its texts, and OpenAI's three tokens around each message and three before the reply. */
export async function countPrompt(request: ChatRequest): Promise<number> {
  const counts = await Promise.all(promptTexts(request).map(countTokens))
  return counts.reduce((sum, count) => sum + count, 3 + 3 * request.messages.length)
}

export type ReplyTokens = { reasoning: number; total: number }

/** Counts what a reply contains. */
export async function countReply(reply: Reply): Promise<ReplyTokens> {
  const reasoning = await countTokens(reply.reasoning)
  const texts = [reply.content, ...reply.toolCalls.flatMap((call) => [call.name, call.arguments])]
  const counts = await Promise.all(texts.map(countTokens))
  return { reasoning, total: counts.reduce((sum, count) => sum + count, reasoning) }
}

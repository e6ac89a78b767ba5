import { marketClerk } from "./market-clerk.ts"
import type { ModelId } from "./models.ts"
import { numberHunt } from "./number-hunt.ts"
import type { ChatRequest, ToolCall } from "./request.ts"
import { hash, seededRandom } from "./seeded-random.ts"
import type { Draft, Skill } from "./skill.ts"
import { wordArithmetic } from "./word-arithmetic.ts"

/** What a scripted model answers. Empty texts are absent ones. */
export type Reply = { reasoning: string; content: string; toolCalls: ToolCall[] }

const skills: Skill[] = [wordArithmetic, numberHunt, marketClerk]

function plainReply(request: ChatRequest, model: ModelId): Draft {
  const question = request.messages.findLast((message) => message.role === "user")?.text ?? ""
  const lastLine = question.trim().split("\n").at(-1)?.slice(0, 500)
  return {
    content: `I am ${model}, a scripted demo model and not a language model. I only know word-arithmetic, number-hunt and market-clerk. You asked: ${lastLine}`,
  }
}

/** Identifies a request: two that get the same key differ in nothing that a reply depends on. */
export function requestKey(request: ChatRequest, model: ModelId, seed: number): string {
  return hash(JSON.stringify([model, request, seed]))
}

/** Answers a request. The same key, model and request always give the same reply. */
export function writeReply(request: ChatRequest, model: ModelId, key: string): Reply {
  const random = seededRandom(key)
  let draft: Draft | null = null
  for (const skill of skills) draft ??= skill(request, model, random)
  const { content, reasoning = "", toolCalls = [] } = draft ?? plainReply(request, model)
  return {
    content,
    reasoning,
    toolCalls: toolCalls.map((call, index) => ({ id: `call_${hash(`${key}/${index}`).slice(0, 24)}`, ...call })),
  }
}

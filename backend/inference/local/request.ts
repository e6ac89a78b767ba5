import { randomInt } from "node:crypto"
import * as z from "zod"
import { ChatBody, textOf } from "../openai/chat-body.ts"
import type { Request } from "./process/engine.mjs"

const seeds = 2 ** 32

const Penalty = z.number().min(-2).max(2).nullish()

const cannot = (what: string) => `this model cannot ${what}`

/**
 * What the model understands of OpenAI's request body. A setting that would change the answer and cannot be followed is refused rather
 * than ignored.
 */
export const LocalBody = ChatBody.extend({
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().min(-1).max(100_000).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: Penalty,
  presence_penalty: Penalty,
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  tools: z.array(z.unknown()).max(0, cannot("call tools")).nullish(),
  logprobs: z.literal(false, cannot("give log probabilities")).nullish(),
  logit_bias: z.record(z.string(), z.never(cannot("weigh single tokens"))).nullish(),
  response_format: z.looseObject({ type: z.literal("text", cannot("be held to a format")) }).nullish(),
}).superRefine(({ messages }, context) => {
  for (const [i, { content }] of messages.entries())
    if (Array.isArray(content) && content.some(({ type }) => type !== "text"))
      context.addIssue({ code: "custom", path: ["messages", i, "content"], message: cannot("read anything but text") })
})
export type LocalBody = z.infer<typeof LocalBody>

/** The request as the engine takes it. Where the body leaves it open, sampled as the model's makers recommend. */
export function readRequest(body: LocalBody): Request {
  return {
    messages: body.messages.map(({ role, content }) => ({ role: role === "developer" ? "system" : role, text: textOf(content) })),
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    temperature: body.temperature ?? 0.2,
    topP: body.top_p ?? 0.9,
    topK: Math.max(0, body.top_k ?? 0),
    minP: body.min_p ?? 0,
    // The sampler takes 32 bits.
    seed: body.seed == null ? randomInt(seeds) : ((body.seed % seeds) + seeds) % seeds,
    stop: [body.stop ?? []].flat().filter((stop) => stop !== ""),
    frequencyPenalty: body.frequency_penalty ?? 0,
    presencePenalty: body.presence_penalty ?? 0,
  }
}

import type { ChatCompletionRequest } from "../../contract/index.ts"
import { countTokens } from "./count-tokens.ts"
import { readUsage, type Usage } from "./pricing.ts"

/*
 * What an answer used, where the provider did not say: a stream that was cut comes without its usage, and some servers never send any.
 */

/** A picture or a recording has no tokens that could be counted here. */
const isText = (value: unknown): value is string => typeof value === "string" && !value.startsWith("data:")

const unread = new Set(["type", "role", "id", "index", "tool_call_id", "image_url", "input_audio", "file"])

/** Every text in a part of a request or an answer, whatever its shape. */
function textOf(value: unknown): string {
  if (isText(value)) return value
  if (typeof value !== "object" || value === null) return ""
  const parts = Array.isArray(value) ? value : Object.keys(value).flatMap((key) => (unread.has(key) ? [] : [(value as never)[key]]))
  return parts.map(textOf).filter(Boolean).join("\n")
}

/** Of a message or a delta: what the model wrote. */
const written = ["content", "reasoning_content", "reasoning", "refusal", "tool_calls", "function_call"] as const

/** What the model wrote in an answer or in one chunk of a stream; null when there are no choices in it, as in an error. */
export function answerText(body: unknown): string | null {
  const { choices } = (body ?? {}) as { choices?: unknown }
  if (!Array.isArray(choices)) return null
  return choices
    .map(({ message, delta, text }) => {
      const part = (message ?? delta ?? { content: text }) as Record<string, unknown>
      return written.map((name) => textOf(part[name])).join("")
    })
    .join("")
}

/**
 * What a request used: as the provider said, or by counting its texts.
 * @param said the last `usage` of the answer
 * @param text what the model wrote; null when it did not begin to answer
 */
export async function usageOf(request: ChatCompletionRequest, said: unknown, text: string | null): Promise<Usage> {
  const usage = readUsage(said)
  // Some servers send a usage of zeros with the first chunk.
  const isSaid = usage.completion > 0 || (usage.prompt > 0 && !text)
  if (isSaid || text === null) return usage
  const [prompt, completion] = await Promise.all([countTokens(textOf([request.messages, request.tools])), countTokens(text)])
  return { ...usage, prompt: Math.max(usage.prompt, prompt), completion }
}

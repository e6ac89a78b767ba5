import { isObject, type RowObject, textOf } from "../row-values.ts"
import { restOf } from "./rest.ts"

export interface Reasoning {
  /** Each a passage, as it was written. */
  texts: string[]
  /** The provider encrypted or redacted some of it. */
  isHidden: boolean
  /** What was not understood, or null. */
  rest: unknown
}

/** Keys under which a message has its reasoning: DeepSeek and vLLM, OpenRouter, Anthropic through LiteLLM, Ollama. */
export const reasoningKeys = ["reasoning_content", "reasoning", "reasoning_details", "reasoning_summary", "thinking", "thinking_blocks"]

/** Keys of an object that hold reasoning for people, in reading order, in any nesting. */
const readable = [
  "summary",
  "thinking",
  "reasoning",
  "reasoning_content",
  "reasoningContent",
  "reasoningText",
  "reasoning_text",
  "text",
  "content",
]
const encrypted = ["encrypted_content", "encrypted", "redactedContent", "redacted_content"]
const used = new Set([...readable, ...encrypted, "redacted", "thought"])

/** Whether a part of a message's content is reasoning, by its type, or as Gemini and Bedrock mark it. */
export const isReasoningPart = (part: RowObject): boolean =>
  /^(?:reasoning|thinking|thought|redacted)/i.test(String(part.type ?? "")) || part.thought === true || "reasoningContent" in part

const depthMax = 20

/** Reasoning of any shape: a text, a list, an object with a text or a summary somewhere inside, or one that is only encrypted. */
export function readReasoning(value: unknown, depth = 0): Reasoning {
  if (typeof value === "string") return { texts: value.trim() === "" ? [] : [value], isHidden: false, rest: null }
  if (depth > depthMax) return { texts: [], isHidden: false, rest: value ?? null }
  const inner = (one: unknown) => readReasoning(one, depth + 1)
  if (Array.isArray(value)) return together(value.map(inner))
  if (!isObject(value)) return { texts: [], isHidden: false, rest: value ?? null }
  const isRedacted = value.redacted === true || /redacted|encrypted/.test(String(value.type))
  const hiding = encrypted.some((key) => textOf(value[key]) !== null) || isRedacted
  // What is redacted has its cipher text where the words would be, and the summary still as words.
  const inside = together(
    readable.filter((key) => !isRedacted || key === "summary" || typeof value[key] !== "string").map((key) => inner(value[key])),
  )
  const isSigned = inside.texts.length === 0 && "thinking" in value && textOf(value.signature) !== null
  const own = restOf(value, isRedacted ? new Set([...used, "data"]) : used)
  return {
    texts: inside.texts,
    isHidden: hiding || isSigned || inside.isHidden,
    rest: inside.rest === null ? own : { ...own, ...(isObject(inside.rest) ? inside.rest : { reasoning: inside.rest }) },
  }
}

/** The passages of several sources. Providers that send the same words under two keys send one reasoning. */
export function together(all: readonly Reasoning[]): Reasoning {
  const seen = new Set<string>()
  const texts = all.flatMap((one) => {
    const words = one.texts.join("").replace(/\s+/g, "")
    if (words !== "" && seen.has(words)) return []
    seen.add(words)
    return one.texts
  })
  const rests = all.map((one) => one.rest).filter((rest) => rest !== null)
  return { texts, isHidden: all.some((one) => one.isHidden), rest: rests.length === 0 ? null : rests.length === 1 ? rests[0] : rests }
}

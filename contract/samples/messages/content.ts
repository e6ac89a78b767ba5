import { plainText } from "../../logs/terminal-text.ts"
import { isObject, type RowObject, textOf } from "../row-values.ts"
import type { Part, ToolCall } from "./conversation.ts"
import { readMedia } from "./media.ts"
import { isReasoningPart, type Reasoning, readReasoning, together } from "./reasoning.ts"
import { restOf } from "./rest.ts"
import { isCallPart, toCalls } from "./tool-calls.ts"
import { isResultPart, type ToolAnswer, toolAnswer } from "./tool-results.ts"

/** What a message's content says. */
export interface Content {
  parts: Part[]
  reasoning: Reasoning[]
  calls: ToolCall[]
  answers: ToolAnswer[]
  /** Fields of its parts that nothing shows, by the place of the part. */
  rests: [name: string, rest: RowObject][]
}

/**
 * Reads the content of a message: a string, one part, or a list of parts as any known library writes them. A part that is not
 * understood is kept as JSON.
 * @param name the key of the message that has it
 * @param isAnswer it is a tool's answer, which has no answers inside
 */
export function readContent(content: unknown, name = "content", isAnswer = false): Content {
  const found: Content = { parts: [], reasoning: [], calls: [], answers: [], rests: [] }
  const list = Array.isArray(content) ? content : [content]
  for (const [i, one] of list.entries()) readPart(one, found, Array.isArray(content) ? `${name}[${i}]` : name, isAnswer)
  return found
}

/** The content of a tool's answer: parts only, with the whole as JSON where it holds anything else. */
function toParts(content: unknown): Part[] {
  const { parts, reasoning, calls, rests } = readContent(content, "content", true)
  const isAll = reasoning.length === 0 && calls.length === 0 && rests.length === 0
  return isAll ? parts : [{ kind: "json", value: content }]
}

const textPart = (text: string): Part[] => (text === "" ? [] : [{ kind: "text", text: plainText(text) }])
const textKeys = new Set(["text", "refusal"])

/** The words of a text part: those of OpenAI and Anthropic, and of OpenAI's assistants, which have them one level down. */
function wordsOf(part: RowObject): string | null {
  if (part.type === "refusal") return textOf(part.refusal)
  if (part.type !== undefined && !/text$/.test(String(part.type))) return null
  return typeof part.text === "string" ? part.text : isObject(part.text) && typeof part.text.value === "string" ? part.text.value : null
}

function readPart(part: unknown, found: Content, name: string, isAnswer: boolean): void {
  if (part === null || part === undefined) return
  if (typeof part === "string") {
    found.parts.push(...textPart(part))
    return
  }
  const keep = (rest: RowObject | null) => rest !== null && found.rests.push([name, rest])
  if (!isObject(part)) {
    found.parts.push({ kind: "json", value: part })
    return
  }
  const words = wordsOf(part)
  if (isReasoningPart(part)) {
    const reasoning = together([readReasoning(part)])
    if (reasoning.texts.length === 0 && !reasoning.isHidden) found.parts.push({ kind: "json", value: part })
    else {
      found.reasoning.push({ ...reasoning, rest: null })
      if (isObject(reasoning.rest)) keep(reasoning.rest)
    }
  } else if (isCallPart(part)) found.calls.push(...toCalls(part))
  else if (!isAnswer && isResultPart(part)) found.answers.push(toolAnswer(part, toParts))
  else if (words !== null) {
    found.parts.push(...textPart(words))
    keep(restOf(isObject(part.text) ? { ...part, ...part.text, value: null } : part, textKeys))
  } else {
    const media = readMedia(part)
    found.parts.push(...(media?.parts ?? [{ kind: "json", value: part } as const]))
    keep(media?.rest ?? null)
  }
}

import { nativeTraces } from "../native-traces.ts"
import { isObject, parseJson, type RowObject, textOf } from "../row-values.ts"
import type { Conversation } from "./conversation.ts"
import { toMessages } from "./messages.ts"

/** A conversation whose messages are as they were written. */
export interface RawConversation {
  title: string | null
  /** What was given to the model. */
  prompt: unknown[]
  /** What the rollout produced. */
  completion: unknown[]
}

/** The conversations of one sample, as the page shows them. */
export const conversations = (sample: RowObject): Conversation[] =>
  rawConversations(sample).map(({ title, prompt, completion }) => ({ title, messages: toMessages(prompt, completion) }))

/**
 * The conversations of one sample, whatever wrote it: verifiers' rows (`prompt` and `completion`), OpenAI's `messages`,
 * a text instead of a list, a list that was encoded as JSON text, and verifiers v1 episodes (`traces` of `nodes`), also as v1
 * uploads them: whole within `info`, with the flat fields of one trace beside it.
 */
export function rawConversations(sample: RowObject): RawConversation[] {
  const episode = namedTraces(nativeTraces(sample).traces).flatMap(traceConversations)
  if (episode.length > 0) return episode
  const flat = flatConversation(sample)
  if (flat) return [flat]
  if (Array.isArray(sample.traces)) return namedTraces(sample.traces.filter(isObject)).flatMap(traceConversations)
  if (Array.isArray(sample.nodes)) return namedTraces([sample]).flatMap(traceConversations)
  return []
}

/** The conversation in a sample's own fields, or null. A row of verifiers v1 has no prompt: its completion begins with what was asked. */
export function flatConversation(sample: RowObject): RawConversation | null {
  const prompt = messageList(sample.prompt, "user")
  const completion = messageList(sample.completion, "assistant")
  if (prompt.length > 0) return { title: null, prompt, completion }
  if (completion.length > 0) return atFirstAnswer(completion, [])
  const listed = messageList(sample.messages, "user")
  return listed.length > 0 ? atFirstAnswer(listed, listed) : null
}

/**
 * The traces of a verifiers v1 episode with the names of their agents. One that played several times has a number behind its name;
 * the only one has none when the library named it.
 */
export function namedTraces(traces: RowObject[]): { trace: RowObject; name: string | null }[] {
  const names = traces.map((trace) => (isObject(trace.agent) ? textOf(trace.agent.name) : null))
  return traces.map((trace, i) => {
    const name = names[i] ?? null
    if (name === null || (traces.length === 1 && name === "agent")) return { trace, name: null }
    const times = names.filter((other) => other === name).length
    const nth = names.slice(0, i + 1).filter((other) => other === name).length
    return { trace, name: times > 1 ? `${name} ${nth}` : name }
  })
}

/** A list of raw messages out of a list, one message, JSON text, or plain text (then of the given role). */
function messageList(value: unknown, role: string): unknown[] {
  if (value === null || value === undefined || value === "") return []
  if (Array.isArray(value)) return value
  if (typeof value === "string") {
    if (/^\s*\[/.test(value)) {
      const list = parseJson(value)
      if (Array.isArray(list) && list.length > 0 && list.every((one) => isObject(one) && "role" in one)) return list
    }
    return [{ role, content: value }]
  }
  return [isObject(value) ? value : { role, content: String(value) }]
}

/** @param unanswered what was given to the model where it said nothing */
function atFirstAnswer(messages: unknown[], unanswered: unknown[]): RawConversation {
  const found = messages.findIndex((message) => isObject(message) && message.role === "assistant")
  const at = found < 0 ? unanswered.length : found
  return { title: null, prompt: messages.slice(0, at), completion: messages.slice(at) }
}

/** verifiers v1: messages form a tree; each leaf is one conversation, the last one first. */
function traceConversations({ trace, name }: { trace: RowObject; name: string | null }): RawConversation[] {
  const nodes = (Array.isArray(trace.nodes) ? trace.nodes : []).filter(isObject)
  const parents = new Set(nodes.map((node) => node.parent).filter((parent) => typeof parent === "number"))
  const leaves = nodes.map((_, i) => i).filter((i) => !parents.has(i))
  return leaves.reverse().map((leaf, i) => {
    const branch: RowObject[] = []
    let at: unknown = leaf
    while (typeof at === "number" && nodes[at] && branch.length <= nodes.length) {
      branch.unshift(nodes[at] as RowObject)
      at = nodes[at]?.parent
    }
    const first = branch.findIndex((node) => node.sampled === true)
    const cut = first < 0 ? branch.length : first
    const messages = branch.map((node) => node.message)
    const title = [name, i > 0 ? `earlier branch ${i}` : null].filter(Boolean).join(", ")
    return { title: title || null, prompt: messages.slice(0, cut), completion: messages.slice(cut) }
  })
}

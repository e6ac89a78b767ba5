import { nativeTraces } from "../native-traces.ts"
import { isObject, parseJson, type RowObject, textOf } from "../row-values.ts"
import type { Conversation } from "./conversation.ts"
import { toMessages } from "./messages.ts"

/**
 * The conversations of one sample, whatever wrote it: verifiers' rows (`prompt` and `completion`), OpenAI's `messages`,
 * a text instead of a list, a list that was encoded as JSON text, and verifiers v1 episodes (`traces` of `nodes`), also as v1
 * uploads them: whole within `info`, with the flat fields of one trace beside it.
 */
export function conversations(sample: RowObject): Conversation[] {
  const episode = namedTraces(nativeTraces(sample).traces).flatMap(traceConversations)
  if (episode.length > 0) return episode
  const prompt = messageList(sample.prompt, "user")
  const completion = messageList(sample.completion, "assistant")
  if (prompt.length === 0 && completion.length > 0 && "episode_id" in sample)
    return [{ title: null, messages: toMessages(...atFirstAnswer(completion)) }]
  if (prompt.length > 0 || completion.length > 0) return [{ title: null, messages: toMessages(prompt, completion) }]
  const listed = messageList(sample.messages, "user")
  if (listed.length > 0) return [{ title: null, messages: toMessages(...atFirstAnswer(listed)) }]
  if (Array.isArray(sample.traces)) return namedTraces(sample.traces.filter(isObject)).flatMap(traceConversations)
  if (Array.isArray(sample.nodes)) return namedTraces([sample]).flatMap(traceConversations)
  return []
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

function atFirstAnswer(messages: unknown[]): [unknown[], unknown[]] {
  const at = messages.findIndex((message) => isObject(message) && message.role === "assistant")
  return at < 0 ? [messages, []] : [messages.slice(0, at), messages.slice(at)]
}

/** verifiers v1: messages form a tree; each leaf is one conversation, the last one first. */
function traceConversations({ trace, name }: { trace: RowObject; name: string | null }): Conversation[] {
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
    return { title: title || null, messages: toMessages(messages.slice(0, cut), messages.slice(cut)) }
  })
}

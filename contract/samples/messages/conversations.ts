import { nativeTraces } from "../native-traces.ts"
import { isObject, parseJson, type RowObject, textOf } from "../row-values.ts"
import type { Conversation } from "./conversation.ts"
import { toMessages } from "./messages.ts"
import { type TraceBranch, type Turn, traceBranches } from "./trace-branches.ts"

/** A conversation whose messages are as they were written. */
export interface RawConversation {
  title: string | null
  /** What was given to the model. */
  prompt: unknown[]
  /** What the rollout produced. */
  completion: unknown[]
}

/** A branch of one of the traces of an episode. */
type EpisodeBranch = TraceBranch & { trace: number }
const isBranch = (conversation: RawConversation): conversation is EpisodeBranch => "turns" in conversation

/** The conversations of one sample, as the page shows them. */
export function conversations(sample: RowObject): Conversation[] {
  const raw = rawConversations(sample)
  const names = messageNames(raw.filter(isBranch))
  return raw.map((one) => {
    const messages = toMessages(one.prompt, one.completion)
    if (!isBranch(one)) return { title: one.title, messages }
    const linked = ({ links, ...turn }: Turn) => ({
      ...turn,
      links: links.map(({ type, node }) => ({ type, message: names.get(`${one.trace} ${node}`) ?? null })),
    })
    const withTurns = messages.map((message) => {
      const turn = one.turns[message.index]
      return turn ? { ...message, turn: linked(turn) } : message
    })
    return { title: one.title, messages: withTurns, unanswered: one.unanswered }
  })
}

/** Under which names the page has the messages of traces: those of the first conversations that they are in. */
function messageNames(branches: EpisodeBranch[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const [i, { trace, nodes }] of branches.entries())
    for (const [place, node] of nodes.entries()) {
      const key = `${trace} ${node}`
      if (!names.has(key)) names.set(key, branches.length > 1 ? `${i + 1}-${place + 1}` : String(place + 1))
    }
  return names
}

/**
 * The conversations of one sample, whatever wrote it: verifiers' rows (`prompt` and `completion`), OpenAI's `messages`,
 * a text instead of a list, a list that was encoded as JSON text, and verifiers v1 episodes (`traces` of `nodes`), also as v1
 * uploads them: whole within `info`, with the flat fields of one trace beside it.
 */
export function rawConversations(sample: RowObject): RawConversation[] {
  const episode = namedTraces(nativeTraces(sample).traces).flatMap(({ trace, name }, i) =>
    traceBranches(trace, name).map((branch) => ({ ...branch, trace: i })),
  )
  if (episode.length > 0) return episode
  const flat = flatConversation(sample)
  if (flat) return [flat]
  if (Array.isArray(sample.traces))
    return namedTraces(sample.traces.filter(isObject)).flatMap(({ trace, name }, i) =>
      traceBranches(trace, name).map((branch) => ({ ...branch, trace: i })),
    )
  if (Array.isArray(sample.nodes))
    return namedTraces([sample]).flatMap(({ trace, name }, i) => traceBranches(trace, name).map((branch) => ({ ...branch, trace: i })))
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

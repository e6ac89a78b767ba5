import { usageOf } from "../../traces/trace-facts.ts"
import { finiteNumber, isObject, listOf, objectOf, type RowObject, textOf } from "../row-values.ts"

/** A request to a model, as verifiers v1 recorded it. */
export interface ModelCall {
  model: string | null
  seconds: number | null
  /** Null where the provider did not say. */
  tokens: { input: number; cached: number; output: number; reasoning: number } | null
  cost: number | null
  /** Why the model stopped, unless it had simply said all or called a tool. */
  cutBy: string | null
  error: string | null
}

/** What is known of a message beside its words. */
export interface Turn {
  /** The call that it came of, and calls before it that failed. */
  call: ModelCall | null
  failed: ModelCall[]
  /** Messages elsewhere that led to it, by their places in the trace. */
  links: { type: string; node: number }[]
}

/** One path through the messages of a trace. */
export interface TraceBranch {
  title: string | null
  prompt: unknown[]
  completion: unknown[]
  /** By the places of the messages in this branch. */
  turns: (Turn | null)[]
  /** The places of its messages in the trace. */
  nodes: number[]
  /** Calls that no message came of, at the end of the main branch. */
  unanswered: ModelCall[]
}

/**
 * The messages of a trace of verifiers v1, which form trees: each leaf is one branch. The main conversation comes first, then what was
 * played beside or before it, the latest first.
 */
export function traceBranches(trace: RowObject, name: string | null): TraceBranch[] {
  const nodes = listOf(trace.nodes).map(objectOf)
  const paths = pathsOf(nodes)
  if (paths.length === 0) return []
  const names = branchNames(nodes, paths)
  const main = Math.max(0, names.lastIndexOf(null))
  const { turns, unanswered } = turnsOf(nodes, trace.calls)
  const order = [
    main,
    ...paths
      .map((_, i) => i)
      .filter((i) => i !== main)
      .reverse(),
  ]
  let earlier = 0
  return order.map((i, place) => {
    const path = paths[i] as number[]
    const first = path.findIndex((node) => nodes[node]?.sampled === true)
    const cut = first < 0 ? path.length : first
    const messages = path.map((node) => nodes[node]?.message)
    const kind = place === 0 ? null : (names[i] ?? `earlier branch ${++earlier}`)
    return {
      title: [name, kind].filter(Boolean).join(", ") || null,
      prompt: messages.slice(0, cut),
      completion: messages.slice(cut),
      turns: path.map((node) => turns.get(node) ?? null),
      nodes: path,
      unanswered: place === 0 ? unanswered : [],
    }
  })
}

/** From root to leaf, in the order of the leaves. */
function pathsOf(nodes: RowObject[]): number[][] {
  const parents = new Set(nodes.map((node) => node.parent).filter((parent) => typeof parent === "number"))
  return nodes.flatMap((_, leaf) => {
    if (parents.has(leaf)) return []
    const path: number[] = []
    for (let at: unknown = leaf; typeof at === "number" && nodes[at] && path.length <= nodes.length; at = nodes[at]?.parent) path.push(at)
    return [path.reverse()]
  })
}

const linksOf = (node: RowObject | undefined): Turn["links"] =>
  listOf(node?.semantic_parents).flatMap((link) =>
    isObject(link) && typeof link.node === "number" && textOf(link.type) ? [{ type: String(link.type), node: link.node }] : [],
  )

/** What branches are beside the main conversation, from how the harness says that their messages are related; null for others. */
function branchNames(nodes: RowObject[], paths: number[][]): (string | null)[] {
  const used = new Set(nodes.flatMap((node) => linksOf(node).flatMap(({ type, node: source }) => (type === "compaction" ? source : []))))
  const counts = { agents: 0, compactions: 0 }
  return paths.map((path) => {
    const leaf = path.at(-1) as number
    if (linksOf(nodes[leaf]).some(({ type }) => type === "compaction_attempt") || used.has(leaf))
      return `compaction ${++counts.compactions}${used.has(leaf) ? "" : ", not used"}`
    if (path.some((node) => linksOf(nodes[node]).some(({ type }) => type === "subagent_call"))) return `sub-agent ${++counts.agents}`
    return null
  })
}

/** What each message came of. A failed call is shown with the next one that succeeded. */
function turnsOf(nodes: RowObject[], calls: unknown): { turns: Map<number, Turn>; unanswered: ModelCall[] } {
  const turns = new Map<number, Turn>()
  for (const [node, one] of nodes.entries()) {
    const links = linksOf(one).filter(({ type }) => type !== "continuation")
    if (links.length > 0) turns.set(node, { call: null, failed: [], links })
  }
  let failed: ModelCall[] = []
  for (const raw of listOf(calls)) {
    if (!isObject(raw)) continue
    const call = modelCall(raw)
    if (typeof raw.node !== "number" || !nodes[raw.node]) {
      failed.push(call)
      continue
    }
    const before = turns.get(raw.node)
    turns.set(raw.node, { call, failed: [...(before?.failed ?? []), ...failed], links: before?.links ?? [] })
    failed = []
  }
  return { turns, unanswered: failed }
}

function modelCall(raw: RowObject): ModelCall {
  const { start, end } = isObject(raw.time) ? raw.time : {}
  const [from, to] = [finiteNumber(start), finiteNumber(end)]
  const { input, cached, output, reasoning, cost } = usageOf(raw.usage)
  const error = isObject(raw.error) ? raw.error : null
  const reason = textOf(raw.finish_reason)
  return {
    model: textOf(raw.model),
    seconds: from !== null && to !== null && to >= from && to > 0 ? to - from : null,
    tokens: isObject(raw.usage) ? { input, cached, output, reasoning } : null,
    cost,
    cutBy: reason === "stop" || reason === "tool_calls" ? null : reason,
    error: error && ([textOf(error.type), textOf(error.message)].filter(Boolean).join(": ") || "It failed"),
  }
}

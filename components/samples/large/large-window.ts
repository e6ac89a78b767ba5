import type { ListSampleNodesResponse, SampleDetail, SampleNodeList } from "@/contract/index.ts"
import { toMessages } from "@/contract/samples/messages/messages.ts"
import { objectOf } from "@/contract/samples/row-values.ts"
import type { RunReads } from "@/lib/reads/reads.ts"
import type { TextView } from "../transcript/text-view.ts"
import { type MessageWindow, messagesAtOnce } from "../transcript/window.ts"

/** How many messages and events a sample has that are stored one by one. */
export type NodeCounts = Record<SampleNodeList, number>

function nodeCounts({ sample }: SampleDetail): NodeCounts | null {
  const { inspect_messages: messages, inspect_events: events } = objectOf(sample.info)
  return typeof messages === "number" && typeof events === "number" ? { messages, events } : null
}

interface LargeSample {
  counts: NodeCounts
  part: ListSampleNodesResponse
  window: MessageWindow
}

/** The part of a sample that a page shows, where all of it is too much; null for a sample that is one value. */
export async function readLarge(reads: RunReads, detail: SampleDetail, view: TextView): Promise<LargeSample | null> {
  const counts = nodeCounts(detail)
  if (!counts) return null
  const part = await readPart(reads, detail.summary.sample_id, view.list, view.message)
  return { counts, part, window: windowOfNodes(part) }
}

/** The part of a long list that has an element: every hundred are one part, unless these are more than one answer holds. */
async function readPart(reads: RunReads, sampleId: string, list: SampleNodeList, at: string | null): Promise<ListSampleNodesResponse> {
  const place = Math.max(0, Number(at ?? 1) - 1) || 0
  const from = Math.floor(place / messagesAtOnce) * messagesAtOnce
  const part = await reads.sampleNodes(sampleId, { list, from, limit: messagesAtOnce })
  const isThere = part.nodes.some((node) => node.place === place)
  return isThere || place === from ? part : reads.sampleNodes(sampleId, { list, from: place, limit: messagesAtOnce })
}

/** Where a part of a list is, and where those before and behind it begin. */
export function placeOfPart({ nodes, total, next }: ListSampleNodesResponse): Omit<MessageWindow, "conversations"> {
  const first = nodes[0]?.place ?? 0
  return {
    first: nodes.length > 0 ? first + 1 : 0,
    last: nodes.length > 0 ? first + nodes.length : 0,
    total,
    earlier: first > 0 ? String(Math.max(0, first - messagesAtOnce) + 1) : null,
    later: next === null ? null : String(next + 1),
  }
}

/** Messages as a part of a transcript, each with its number in the whole conversation. */
function windowOfNodes(part: ListSampleNodesResponse): MessageWindow {
  const place = placeOfPart(part)
  const messages = toMessages(
    [],
    part.nodes.map(({ value }) => value),
  ).map((message) => {
    const index = message.index + place.first - 1
    return { message: { ...message, index }, name: String(index + 1) }
  })
  return { ...place, conversations: messages.length > 0 ? [{ title: null, messages, unanswered: [] }] : [] }
}

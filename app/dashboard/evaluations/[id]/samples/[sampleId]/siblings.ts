import { partingIndex } from "@/components/samples/transcript/parting.ts"
import type { SampleDetail, SampleSummary } from "@/contract/index.ts"
import type { Conversation } from "@/contract/samples/messages/conversation.ts"
import { conversations } from "@/contract/samples/messages/conversations.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"
import { readRun, readSample, serverReads } from "../../reads.ts"

const rolloutsMax = 50

export interface Siblings {
  /** Rollouts of the same example in their order, this one among them. */
  rollouts: SampleSummary[]
  hasMore: boolean
  /** Where this rollout leaves the best one, by the index of its message. */
  parting: { index: number; from: string } | null
}

/** The other rollouts of a sample's example, and where this one begins to differ from the best of them. */
export async function findSiblings(id: string, { summary }: SampleDetail, talks: readonly Conversation[]): Promise<Siblings> {
  const list = await serverReads(id).summaries({
    example_id: summary.example_id,
    limit: rolloutsMax,
    with_answers: true,
    sort_by: "seq",
    sort_order: "asc",
  })
  const rollouts = list.samples.toSorted((a, b) => a.rollout_index - b.rollout_index)
  const better = rollouts
    .filter((one) => one.outcome === "ok" && (one.reward ?? Number.NEGATIVE_INFINITY) > (summary.reward ?? Number.NEGATIVE_INFINITY))
    .reduce<SampleSummary | null>((best, one) => ((one.reward ?? 0) > (best?.reward ?? Number.NEGATIVE_INFINITY) ? one : best), null)
  const messages = talks[0]?.messages
  if (!better || !messages) return { rollouts, hasMore: list.next !== null, parting: null }
  const other = conversations((await readSample(id, better.sample_id)).sample)[0]?.messages ?? []
  const index = partingIndex(messages, other)
  return { rollouts, hasMore: list.next !== null, parting: index === null ? null : { index, from: `rollout ${better.rollout_index + 1}` } }
}

/** The weights of rewards that the run's version of its environment declares; none where that cannot be read. */
export async function declaredWeights(id: string): Promise<{ name: string; weight: number }[]> {
  const { environment } = (await readRun(id)).data
  if (!environment?.version) return []
  const { owner, name, version } = environment
  try {
    return (await (await api()).getEnvironment({ params: { owner, name, version } })).data.rewards ?? []
  } catch (error) {
    if (error instanceof ApiError) return []
    throw error
  }
}

import { type SamplesSearch, sampleOrder, toSamplesFilter, toSamplesOrder } from "@/components/samples/samples-search.ts"
import type { SampleDetail } from "@/contract/index.ts"
import { serverReads } from "../../reads.ts"

const neighboursMax = 1000

export interface Neighbours {
  previous: string | null
  next: string | null
  /** Position in the list from 1; null when the sample is too far down to tell. */
  position: number | null
  total: number
}

/** The neighbours in the list that the reader came from, or in the order of examples when the sample is far down in it. */
export async function findNeighbours(id: string, detail: SampleDetail, state: SamplesSearch): Promise<Neighbours> {
  const list = await serverReads(id).summaries({
    ...toSamplesFilter(state),
    ...toSamplesOrder(sampleOrder(state, false)),
    limit: neighboursMax,
  })
  const at = list.samples.findIndex((sample) => sample.sample_id === detail.summary.sample_id)
  if (at < 0 || (at === list.samples.length - 1 && list.next !== null))
    return { previous: detail.previous_id, next: detail.next_id, position: null, total: list.total }
  return {
    previous: list.samples[at - 1]?.sample_id ?? null,
    next: list.samples[at + 1]?.sample_id ?? null,
    position: at + 1,
    total: list.total,
  }
}

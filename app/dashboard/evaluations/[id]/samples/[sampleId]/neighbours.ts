import { type SamplesSearch, sampleHref, sampleOrder, toSamplesFilter, toSamplesOrder } from "@/components/samples/samples-search.ts"
import type { SampleDetail } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { serverReads } from "../../reads.ts"

const neighboursMax = 1000

export interface Neighbours {
  /** Addresses. */
  previous: string | null
  next: string | null
  /** Position in the list from 1; null when the sample is too far down to tell. */
  position: number | null
  total: number
  /** The list may have more than the total. */
  totalIsLeast: boolean
}

/** The neighbours in the list that the reader came from, or in the order of examples when the sample is far down in it. */
export async function findNeighbours(id: string, detail: SampleDetail, state: SamplesSearch): Promise<Neighbours> {
  const inOrder = { ...toSamplesOrder(sampleOrder(state, false)), limit: neighboursMax }
  const list = await serverReads(id)
    .summaries({ ...toSamplesFilter(state), ...inOrder })
    // A search that cannot be made has no list; the sample can be read all the same.
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 422) return { samples: [], total: 0, next: null, search: null }
      throw error
    })
  const href = (other: string | null | undefined) => (other ? sampleHref(id, other, state) : null)
  const totalIsLeast = list.search?.total_is_least ?? false
  const at = list.samples.findIndex((sample) => sample.sample_id === detail.summary.sample_id)
  if (at < 0 || (at === list.samples.length - 1 && list.next !== null))
    return { previous: href(detail.previous_id), next: href(detail.next_id), position: null, total: list.total, totalIsLeast }
  return {
    previous: href(list.samples[at - 1]?.sample_id),
    next: href(list.samples[at + 1]?.sample_id),
    position: at + 1,
    total: list.total,
    totalIsLeast,
  }
}

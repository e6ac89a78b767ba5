import { type QueuePlace, queuePlace } from "@/components/samples/review/queue.ts"
import { type SamplesSearch, sampleHref } from "@/components/samples/samples-search.ts"
import type { Review } from "@/contract/index.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import { paths } from "@/lib/paths.ts"
import { readDrawn } from "../../reads.ts"

/** What people said about a sample and its turns; null on a platform that keeps no reviews. */
export async function readReviews(id: string, sampleId: string): Promise<Review[] | null> {
  if (!(await readExtensions()).has("putReview")) return null
  return (await (await api()).listReviews({ params: { evaluation_id: id, sample_id: sampleId } })).reviews
}

/** Where a sample is in the queue that the reader goes through; null outside of one. */
export async function findQueuePlace(id: string, sampleId: string, state: SamplesSearch): Promise<QueuePlace | null> {
  if (state.queue === null) return null
  return queuePlace(await readDrawn(id, state.queue), sampleId, {
    sample: (other) => sampleHref(id, other, state),
    end: paths.review(id, { queue: String(state.queue), blind: String(state.blind) }),
  })
}

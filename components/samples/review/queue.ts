import type { SampleSummary } from "@/contract/index.ts"

/** Where a sample is among those that were drawn to be reviewed. */
export interface QueuePlace {
  /** From 1; null for a sample that was not drawn. */
  position: number | null
  total: number
  /** How many of them the reader has rated. */
  done: number
  /** Addresses of the samples drawn before and after this one. */
  previous: string | null
  next: string | null
  /** Of the next one that the reader has not rated, or of the page that says that there is none. */
  nextOpen: string
}

/** Whether the reader has rated a sample that came up in the draw. */
export const isRated = ({ review }: Pick<SampleSummary, "review">): boolean => review?.mine?.drawn === true && review.mine.rating !== null

/** The first drawn sample behind a place that is still to be rated, going round; null where none is. */
export function nextToRate(drawn: readonly SampleSummary[], place: number): SampleSummary | null {
  const inTurn = [...drawn.slice(place + 1), ...drawn.slice(0, Math.max(0, place))]
  return inTurn.find((sample) => !isRated(sample)) ?? null
}

/** @param drawn in the order of the draw. @param hrefs of a sample, and of the page that begins or ends the queue */
export function queuePlace(
  drawn: readonly SampleSummary[],
  sampleId: string,
  hrefs: { sample: (id: string) => string; end: string },
): QueuePlace {
  const at = drawn.findIndex(({ sample_id }) => sample_id === sampleId)
  const href = (sample: SampleSummary | null | undefined) => (sample ? hrefs.sample(sample.sample_id) : null)
  return {
    position: at < 0 ? null : at + 1,
    total: drawn.length,
    done: drawn.filter(isRated).length,
    previous: at < 0 ? null : href(drawn[at - 1]),
    next: at < 0 ? null : href(drawn[at + 1]),
    nextOpen: href(nextToRate(drawn, at)) ?? hrefs.end,
  }
}

import type { Review } from "@/contract/index.ts"

/** What people said about the turns of a sample. */
export interface TurnReviews {
  runId: string
  sampleId: string
  /** By the number of the message. */
  byTurn: ReadonlyMap<string, readonly Review[]>
}

export function turnReviews(runId: string, sampleId: string, reviews: readonly Review[]): TurnReviews {
  const byTurn = new Map<string, Review[]>()
  for (const review of reviews) if (review.turn !== null) byTurn.set(review.turn, [...(byTurn.get(review.turn) ?? []), review])
  return { runId, sampleId, byTurn }
}

"use server"

import type { PutReviewRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

const paramsOf = (runId: string, sampleId: string) => ({ evaluation_id: runId, sample_id: sampleId })

/** Stores what the reader says about a sample or one of its turns. */
export async function saveReview(runId: string, sampleId: string, body: PutReviewRequest): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).putReview({ params: paramsOf(runId, sampleId), body })
    return null
  })
}

/** Takes it back. */
export async function removeReview(runId: string, sampleId: string, turn: string | null): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).deleteReview({ params: paramsOf(runId, sampleId), query: { turn } })
    return null
  })
}

"use server"

import type { ResumeHostedEvaluationRequest, ScoreAgainRequest, UpdateEvaluationRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

// The pages that show runs read again by themselves: nothing is revalidated here, least of all the page of a run that is gone.

/** Stops a run; what it has finished is kept. */
export async function stopRun(id: string): Promise<ActionResult<string>> {
  return formAction(async () => (await (await api()).cancelHostedEvaluation({ params: { evaluation_id: id } })).message)
}

/** Changes what people call a run and wrote about it, and where it is shown. */
export async function updateRun(
  id: string,
  body: Pick<UpdateEvaluationRequest, "name" | "tags" | "notes" | "show_on_leaderboard">,
): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).updateEvaluation({ params: { evaluation_id: id }, body })
    return null
  })
}

/** Sends a run that has ended back to the queue. */
export async function resumeRun(id: string, body: ResumeHostedEvaluationRequest): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).resumeHostedEvaluation({ params: { evaluation_id: id }, body })
    return null
  })
}

/** Queues a run that scores the stored rollouts of this one. @returns the new run's id */
export async function scoreRunAgain(
  id: string,
  body: Pick<ScoreAgainRequest, "version" | "reward_weights" | "custom_secrets">,
): Promise<ActionResult<string>> {
  return formAction(async () => (await (await api()).scoreAgain({ params: { evaluation_id: id }, body })).evaluation_id)
}

/** Deletes a run with its samples and logs. */
export async function deleteRun(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).deleteEvaluation({ params: { evaluation_id: id } })
    return null
  })
}

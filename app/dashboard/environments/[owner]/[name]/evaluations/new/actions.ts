"use server"

import { redirect } from "next/navigation"
import type { CreateHostedEvaluationRequest, LaunchSuiteRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/**
 * Starts a hosted evaluation and leads to the environment's runs, where the new one is marked; from a pilot to the pilot itself, which is what
 * one wants to see. Returns only when it was refused.
 */
export async function launch(
  owner: string,
  name: string,
  request: CreateHostedEvaluationRequest,
  isPilot: boolean,
): Promise<ActionResult<never>> {
  const result = await formAction(async () => (await api()).createHostedEvaluation({ body: request }))
  if (!result.ok) return result
  const { evaluation_id: id, evaluation_ids: ids } = result.value
  if (isPilot) redirect(paths.evaluation(id))
  const started = ids && ids.length > 0 ? ids : [id]
  redirect(`${paths.environmentEvaluations(owner, name)}?started=${started.map(encodeURIComponent).join(",")}`)
}

/** Starts one evaluation of each model and leads to their comparison. Returns only when it was refused. */
export async function launchSuite(request: LaunchSuiteRequest): Promise<ActionResult<never>> {
  const result = await formAction(async () => (await api()).launchSuite({ body: request }))
  if (!result.ok) return result
  redirect(paths.compare(result.value.evaluation_ids))
}

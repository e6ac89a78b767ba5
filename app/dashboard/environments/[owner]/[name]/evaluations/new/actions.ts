"use server"

import { redirect } from "next/navigation"
import type { CreateHostedEvaluationRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** Starts a hosted evaluation and leads to the environment's runs, where the new one is marked. Returns only when it was refused. */
export async function launch(owner: string, name: string, request: CreateHostedEvaluationRequest): Promise<ActionResult<never>> {
  const result = await formAction(async () => (await api()).createHostedEvaluation({ body: request }))
  if (!result.ok) return result
  const { evaluation_id: id, evaluation_ids: ids } = result.value
  const started = ids && ids.length > 0 ? ids : [id]
  redirect(`${paths.environmentEvaluations(owner, name)}?started=${started.map(encodeURIComponent).join(",")}`)
}

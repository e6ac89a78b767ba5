"use server"

import { revalidatePath } from "next/cache"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** Stops a run; what it has finished is kept. */
export async function stopRun(id: string): Promise<ActionResult<string>> {
  return formAction(async () => {
    const { message } = await (await api()).cancelHostedEvaluation({ params: { evaluation_id: id } })
    revalidatePath(paths.evaluation(id))
    return message
  })
}

/** Deletes a run with its samples and logs. */
export async function deleteRun(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).deleteEvaluation({ params: { evaluation_id: id } })
    revalidatePath(paths.evaluations)
    return null
  })
}

"use server"

import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** Pins an evaluation as the baseline of an environment, or takes the pin away. */
export async function setBaseline(owner: string, name: string, evaluationId: string | null): Promise<ActionResult<null>> {
  return formAction(async () => {
    const client = await api()
    const params = { owner, name }
    if (evaluationId === null) await client.unpinBaseline({ params })
    else await client.pinBaseline({ params, body: { evaluation_id: evaluationId } })
    return null
  })
}

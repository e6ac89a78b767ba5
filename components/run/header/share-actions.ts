"use server"

import type { CreateShareRequest, RunShare } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** Makes a link that opens a run without an account. */
export async function makeShare(evaluationId: string, body: Partial<CreateShareRequest>): Promise<ActionResult<RunShare>> {
  return formAction(async () => (await api()).createShare({ params: { evaluation_id: evaluationId }, body }))
}

/** Ends a link. */
export async function revokeShare(evaluationId: string, shareId: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).revokeShare({ params: { evaluation_id: evaluationId, share_id: shareId } })
    return null
  })
}

"use server"

import type { Comment, CreateCommentRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** Writes beside a run or one of its samples. */
export async function writeComment(runId: string, body: CreateCommentRequest): Promise<ActionResult<Comment>> {
  return formAction(async () => (await api()).createComment({ params: { evaluation_id: runId }, body }))
}

/** Deletes a comment of the reader's. */
export async function removeComment(runId: string, id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).deleteComment({ params: { evaluation_id: runId, comment_id: id } })
    return null
  })
}

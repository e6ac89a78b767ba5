import type { DeleteCheckpointsResponse } from "../../../../contract/index.ts"
import { ServiceError } from "../../../base/errors.ts"
import { checkpointKey } from "../../../base/files.ts"
import type { CheckpointRecord } from "../../../store/checkpoints/checkpoint.ts"
import { findCheckpoint, listCheckpoints } from "../../../store/checkpoints/checkpoints.ts"
import { deleteCheckpointRow, doomCheckpoint } from "../../../store/checkpoints/deleted-checkpoints.ts"
import type { Context } from "../../context.ts"
import { mayEnd, mayUse } from "../../identity/made-by.ts"
import { requireSandbox } from "../require-sandbox.ts"
import { requireCheckpoint } from "./require-checkpoint.ts"

/** Deletes a checkpoint with its bytes. @throws ServiceError while it is taken or restored, and for those who may not */
export async function deleteCheckpoint(ctx: Context, id: string): Promise<void> {
  const row = await requireCheckpoint(ctx, id)
  if (!mayEnd(ctx, row)) throw new ServiceError("forbidden", notYours)
  const problem = await deleteOne(ctx, row)
  if (problem) throw new ServiceError("conflict", problem)
}

/** Deletes all checkpoints of a sandbox that the caller may use, each on its own: one that cannot be deleted does not keep the others. */
export async function deleteCheckpoints(ctx: Context, sandboxId: string): Promise<DeleteCheckpointsResponse> {
  await requireSandbox(ctx, sandboxId)
  const answer: DeleteCheckpointsResponse = { deleted: [], errors: [] }
  for (const row of await listCheckpoints(ctx.db, { sandboxId })) {
    if (!mayUse(ctx, row)) continue
    const message = mayEnd(ctx, row) ? await deleteOne(ctx, row) : notYours
    if (message === null) answer.deleted.push(row.id)
    else answer.errors.push({ checkpoint_id: row.id, code: "CONFLICT", message })
  }
  return answer
}

const notYours = "Only the user who took a checkpoint and owners of its team may delete it"

/** @returns why it cannot be deleted now; null when it is */
async function deleteOne(ctx: Context, { id }: CheckpointRecord): Promise<string | null> {
  if (!(await doomCheckpoint(ctx.db, id))) {
    const state = (await findCheckpoint(ctx.db, id))?.state
    if (state === undefined) return null
    return state === "PENDING"
      ? "The checkpoint is being taken: wait until it is DURABLE, or end its sandbox"
      : "A sandbox is being made from the checkpoint: wait until that is RUNNING"
  }
  // What fails here is left to the workers, which go through what is to be deleted.
  await ctx.files.delete(checkpointKey(id))
  await deleteCheckpointRow(ctx.db, id)
  return null
}

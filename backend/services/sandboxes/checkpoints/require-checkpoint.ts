import { notFound } from "../../../base/errors.ts"
import type { CheckpointRecord } from "../../../store/checkpoints/checkpoint.ts"
import { findCheckpoint } from "../../../store/checkpoints/checkpoints.ts"
import type { Context } from "../../context.ts"
import { mayUse, requireUse } from "../../identity/made-by.ts"

/** The checkpoint of that id. @throws ServiceError when there is none that the caller may use */
export async function requireCheckpoint(ctx: Context, id: string): Promise<CheckpointRecord> {
  const row = await findCheckpoint(ctx.db, id)
  if (!row || !mayUse(ctx, row)) throw notFound("checkpoint", id)
  requireUse(ctx, row)
  return row
}

import { notFound } from "../../base/errors.ts"
import type { InstanceRecord } from "../../store/instances/instance.ts"
import { findInstance } from "../../store/instances/instances.ts"
import type { Context } from "../context.ts"
import { mayUse, requireUse } from "../identity/made-by.ts"

/** The instance of that id. @throws ServiceError when there is none that the caller may use */
export async function requireInstance(ctx: Context, id: string): Promise<InstanceRecord> {
  const row = await findInstance(ctx.db, id)
  if (!row || !mayUse(ctx, row)) throw notFound("instance", id)
  requireUse(ctx, row)
  return row
}

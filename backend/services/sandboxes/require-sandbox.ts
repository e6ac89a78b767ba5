import { notFound } from "../../base/errors.ts"
import type { SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { findSandbox } from "../../store/sandboxes/sandboxes.ts"
import type { Context } from "../context.ts"
import { mayUse, requireUse } from "../identity/made-by.ts"

/** The sandbox of that id. @throws ServiceError when there is none that the caller may use */
export async function requireSandbox(ctx: Context, id: string): Promise<SandboxRecord> {
  const row = await findSandbox(ctx.db, id)
  if (!row || row.isInstance || !mayUse(ctx, row)) throw notFound("sandbox", id)
  requireUse(ctx, row)
  return row
}

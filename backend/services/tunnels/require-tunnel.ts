import { notFound } from "../../base/errors.ts"
import type { TunnelRecord } from "../../store/tunnels/tunnel.ts"
import { findTunnel } from "../../store/tunnels/tunnels.ts"
import type { Context } from "../context.ts"
import { mayUse, requireUse } from "../identity/made-by.ts"

/** The tunnel of that id. @throws ServiceError when there is none that the caller may see */
export async function requireTunnel(ctx: Context, id: string): Promise<TunnelRecord> {
  const row = await findTunnel(ctx.db, id)
  if (!row || !mayUse(ctx, row)) throw notFound("tunnel", id)
  requireUse(ctx, row)
  return row
}

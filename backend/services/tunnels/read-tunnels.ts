import type { ListTunnelsQuery, ListTunnelsResponse } from "../../../contract/index.ts"
import { listTunnels as listRows } from "../../store/tunnels/tunnels.ts"
import type { Context } from "../context.ts"
import { scopeOf } from "../identity/made-by.ts"
import { toTunnel } from "./to-tunnel.ts"

export const scopeWords = { things: "tunnels", teamField: "teamId" }

export async function listTunnels(ctx: Context, query: ListTunnelsQuery): Promise<ListTunnelsResponse> {
  const { page, perPage, sortBy, sortOrder } = query
  const filter = {
    ...(await scopeOf(ctx, { teamId: query.teamId, userId: null }, scopeWords)),
    labels: query.labels ?? [],
    status: query.status ?? undefined,
  }
  // Postgres counts in 64 bits; a page beyond them is empty like any other beyond the end.
  const offset = Math.min((page - 1) * perPage, Number.MAX_SAFE_INTEGER)
  const { rows, total } = await listRows(ctx.db, filter, { offset, limit: perPage, sortBy, sortOrder })
  const tunnels = rows.map((row) => toTunnel(ctx.config, row))
  return { tunnels, total, page, per_page: perPage, has_next: offset + rows.length < total && rows.length > 0 }
}

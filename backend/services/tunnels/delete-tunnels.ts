import type { BulkDeleteTunnelsRequest, BulkDeleteTunnelsResponse } from "../../../contract/index.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { endTunnels, listTunnels } from "../../store/tunnels/tunnels.ts"
import type { Context } from "../context.ts"
import { mayEnd, requireMaker, scopeToEnd } from "../identity/made-by.ts"
import { scopeWords } from "./read-tunnels.ts"
import { requireTunnel } from "./require-tunnel.ts"

const bulkMax = 500

/** Ends a tunnel. One that has ended stays as it is, so that a request may be sent again. @returns whether it was there */
export async function deleteTunnel(ctx: Context, id: string): Promise<boolean> {
  return (await endTunnels(ctx.db, [await idToEnd(ctx, id)])).length > 0
}

/** Ends tunnels by ids, or those that fit labels and status; reports why for each that could not be ended. */
export async function bulkDeleteTunnels(ctx: Context, input: BulkDeleteTunnelsRequest): Promise<BulkDeleteTunnelsResponse> {
  const failed: { tunnel_id: string; error: string }[] = []
  const ids = new Set<string>()
  if (input.tunnel_ids)
    for (const id of new Set(input.tunnel_ids)) {
      const found = await idToEnd(ctx, id).catch((error: unknown) => {
        if (!(error instanceof ServiceError)) throw error
        // "not found" are the words by which the CLI sorts them.
        failed.push({ tunnel_id: id, error: error.code === "not_found" ? "Tunnel not found" : error.message })
      })
      if (found) ids.add(found)
    }
  else for (const id of await idsOf(ctx, input)) ids.add(id)
  await endTunnels(ctx.db, [...ids])
  const message = `${ids.size} ${ids.size === 1 ? "tunnel" : "tunnels"} ended${failed.length > 0 ? `, ${failed.length} not` : ""}`
  return { succeeded: [...ids], failed, message }
}

async function idToEnd(ctx: Context, id: string): Promise<string> {
  const row = await requireTunnel(ctx, id)
  if (mayEnd(ctx, row)) return row.id
  throw new ServiceError("forbidden", "Only the user who opened a tunnel and owners of its team may end it")
}

async function idsOf(ctx: Context, input: BulkDeleteTunnelsRequest): Promise<string[]> {
  requireMaker(ctx)
  const hasFilter = input.labels ?? input.status ?? input.userId ?? input.all_users
  if (!hasFilter) throw invalid(["tunnel_ids"], "give tunnel_ids, labels, status, userId or all_users")
  const scope = await scopeToEnd(ctx, { teamId: input.teamId, userId: input.userId, all: input.all_users }, scopeWords)
  const filter = { ...scope, labels: input.labels ?? [], status: input.status ?? undefined }
  const { rows } = await listTunnels(ctx.db, filter, { offset: 0, limit: bulkMax })
  return rows.map(({ id }) => id)
}

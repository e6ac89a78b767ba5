import type { ListRunTunnelsResponse, ListTunnelsQuery, ListTunnelsResponse } from "../../../contract/index.ts"
import { listTunnels as listRows } from "../../store/tunnels/tunnels.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"
import { scopeOf } from "./may-use-tunnel.ts"
import { toTunnel } from "./to-tunnel.ts"

const runTunnelsMax = 50

export async function listTunnels(ctx: Context, query: ListTunnelsQuery): Promise<ListTunnelsResponse> {
  const { page, perPage, sortBy, sortOrder } = query
  const filter = { ...(await scopeOf(ctx, query)), labels: query.labels ?? [], status: query.status ?? undefined }
  // Postgres counts in 64 bits; a page beyond them is empty like any other beyond the end.
  const offset = Math.min((page - 1) * perPage, Number.MAX_SAFE_INTEGER)
  const { rows, total } = await listRows(ctx.db, filter, { offset, limit: perPage, sortBy, sortOrder })
  const tunnels = rows.map((row) => toTunnel(ctx.config, row))
  return { tunnels, total, page, per_page: perPage, has_next: offset + rows.length < total && rows.length > 0 }
}

/** What a run's page shows: to everybody who may see the run. */
export async function listRunTunnels(ctx: Context, evaluationId: string): Promise<ListRunTunnelsResponse> {
  await requireEvaluation(ctx, evaluationId)
  const { rows, total } = await listRows(ctx.db, { evaluationId, status: "any" }, { offset: 0, limit: runTunnelsMax })
  return { evaluation_id: evaluationId, tunnels: rows.map((row) => toTunnel(ctx.config, row)), total }
}

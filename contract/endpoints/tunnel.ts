import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import { limits } from "../limits.ts"
import * as tunnels from "../tunnels.ts"

const common = { group: "tunnel", access: "required", permission: "tunnel", answer: "json" } as const
const tunnelId = z.object({ tunnel_id: Id })

export const tunnelEndpoints = {
  createTunnel: endpoint({
    ...common,
    method: "post",
    path: "/tunnel",
    summary: "Register a tunnel, for a client of frp to open it",
    body: tunnels.CreateTunnelRequest,
    status: 201,
    response: tunnels.OpenedTunnel,
    unavailable: 501,
  }),
  listTunnels: endpoint({
    ...common,
    method: "get",
    path: "/tunnel",
    summary: "Tunnels of the caller, of a team, or of the run that asks",
    query: tunnels.ListTunnelsQuery,
    status: 200,
    response: tunnels.ListTunnelsResponse,
  }),
  bulkDeleteTunnels: endpoint({
    ...common,
    method: "delete",
    path: "/tunnel",
    summary: "End tunnels by id, by labels or by status",
    body: tunnels.BulkDeleteTunnelsRequest,
    status: 200,
    response: tunnels.BulkDeleteTunnelsResponse,
  }),
  getTunnel: endpoint({
    ...common,
    method: "get",
    path: "/tunnel/{tunnel_id}",
    params: tunnelId,
    summary: "One tunnel",
    status: 200,
    response: tunnels.Tunnel,
  }),
  deleteTunnel: endpoint({
    ...common,
    method: "delete",
    path: "/tunnel/{tunnel_id}",
    params: tunnelId,
    summary: "End a tunnel: nothing leads to it any more",
    status: 200,
    response: tunnels.DeleteTunnelResponse,
  }),
  validateFrp: endpoint({
    method: "post",
    path: "/frp/validate",
    group: "frp-plugin",
    summary: "What the tunnel server asks before it serves a client; a tunnel's own binding secret answers for it",
    access: "public",
    perMinute: limits.frpPerMinute,
    body: tunnels.FrpPluginRequest,
    status: 200,
    answer: "json",
    response: tunnels.FrpPluginResponse,
  }),
}

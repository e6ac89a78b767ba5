import { z } from "zod"
import { ErrorBody, Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"

// This platform runs no tunnel server: it answers 501 to whoever may ask, and 403 to a run that may not.
const common = { group: "tunnel", access: "required", permission: "tunnel", status: 501, answer: "json", response: ErrorBody } as const
const tunnelId = z.object({ tunnel_id: Id })

export const tunnelEndpoints = {
  createTunnel: endpoint({ ...common, method: "post", path: "/tunnel", summary: "Open a tunnel; not offered by this platform" }),
  listTunnels: endpoint({ ...common, method: "get", path: "/tunnel", summary: "Open tunnels; not offered by this platform" }),
  bulkDeleteTunnels: endpoint({ ...common, method: "delete", path: "/tunnel", summary: "Close tunnels; not offered by this platform" }),
  getTunnel: endpoint({
    ...common,
    method: "get",
    path: "/tunnel/{tunnel_id}",
    params: tunnelId,
    summary: "One tunnel; not offered by this platform",
  }),
  deleteTunnel: endpoint({
    ...common,
    method: "delete",
    path: "/tunnel/{tunnel_id}",
    params: tunnelId,
    summary: "Close a tunnel; not offered by this platform",
  }),
}

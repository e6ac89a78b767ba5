import { endpoints } from "../../../contract/index.ts"
import { createTunnel } from "../../services/tunnels/create-tunnel.ts"
import { bulkDeleteTunnels, deleteTunnel } from "../../services/tunnels/delete-tunnels.ts"
import { listTunnels } from "../../services/tunnels/read-tunnels.ts"
import { requireTunnel } from "../../services/tunnels/require-tunnel.ts"
import { toTunnel } from "../../services/tunnels/to-tunnel.ts"
import { validateFrp } from "../../services/tunnels/validate-frp.ts"
import { type App, route } from "../route.ts"

export function tunnelRoutes(app: App): void {
  route(app, endpoints.createTunnel, async ({ ctx, body }) => createTunnel(ctx, body))
  route(app, endpoints.listTunnels, async ({ ctx, query }) => listTunnels(ctx, query))
  route(app, endpoints.bulkDeleteTunnels, async ({ ctx, body }) => bulkDeleteTunnels(ctx, body))
  route(app, endpoints.getTunnel, async ({ ctx, params }) => toTunnel(ctx.config, await requireTunnel(ctx, params.tunnel_id)))
  route(app, endpoints.deleteTunnel, async ({ ctx, params }) => {
    const wasThere = await deleteTunnel(ctx, params.tunnel_id)
    return { success: true, message: wasThere ? "The tunnel is ended" : "The tunnel had ended already" }
  })
  route(app, endpoints.validateFrp, async ({ ctx, body }) => validateFrp(ctx, body))
}

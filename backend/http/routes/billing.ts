import { endpoints } from "../../../contract/index.ts"
import { getRunUsage, getWallet } from "../../services/billing/read-billing.ts"
import { type App, route } from "../route.ts"

export function billingRoutes(app: App): void {
  route(app, endpoints.getWallet, async ({ ctx, query }) => getWallet(ctx, query))
  route(app, endpoints.getRunUsage, async ({ ctx, params }) => getRunUsage(ctx, params.run_id))
}

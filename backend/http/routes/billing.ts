import { endpoints } from "../../../contract/index.ts"
import { setMonthlyBudget } from "../../services/billing/budget.ts"
import { estimateRun } from "../../services/billing/estimate.ts"
import { getRunUsage, getWallet } from "../../services/billing/read-billing.ts"
import { getUsage } from "../../services/billing/read-usage.ts"
import { type App, route } from "../route.ts"

export function billingRoutes(app: App): void {
  route(app, endpoints.getWallet, async ({ ctx, query }) => getWallet(ctx, query))
  route(app, endpoints.getUsage, async ({ ctx, query }) => getUsage(ctx, query))
  route(app, endpoints.setBudget, async ({ ctx, body }) => setMonthlyBudget(ctx, body))
  route(app, endpoints.estimateRun, async ({ ctx, query }) => estimateRun(ctx, query))
  route(app, endpoints.getRunUsage, async ({ ctx, params }) => getRunUsage(ctx, params.run_id))
}

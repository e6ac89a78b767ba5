import { endpoints } from "../../../contract/index.ts"
import { setMonthlyBudget } from "../../services/billing/budget.ts"
import { estimateRun } from "../../services/billing/estimate.ts"
import { readLimits, setLimits } from "../../services/billing/limits.ts"
import { listSpenders } from "../../services/billing/list-spenders.ts"
import { getRunUsage, getWallet } from "../../services/billing/read-billing.ts"
import { getUsage } from "../../services/billing/read-usage.ts"
import { type App, route } from "../route.ts"

const status = "success"

export function billingRoutes(app: App): void {
  route(app, endpoints.getWallet, async ({ ctx, query }) => getWallet(ctx, query))
  route(app, endpoints.getUsage, async ({ ctx, query }) => getUsage(ctx, query))
  route(app, endpoints.setBudget, async ({ ctx, body }) => setMonthlyBudget(ctx, body))
  route(app, endpoints.getLimits, async ({ ctx, query }) => ({ data: await readLimits(ctx, query), status }))
  route(app, endpoints.setLimits, async ({ ctx, body }) => ({ data: await setLimits(ctx, body), status }))
  route(app, endpoints.listSpenders, async ({ ctx, query }) => {
    const { offset, limit } = query
    return { ...(await listSpenders(ctx, query)), offset, limit, status }
  })
  route(app, endpoints.estimateRun, async ({ ctx, query }) => estimateRun(ctx, query))
  route(app, endpoints.getRunUsage, async ({ ctx, params }) => getRunUsage(ctx, params.run_id))
}

import { endpoints } from "../../../contract/index.ts"
import { previewRetention, readRetention, setRetention } from "../../services/retention/retention.ts"
import { type App, route } from "../route.ts"

const status = "success"

export function retentionRoutes(app: App): void {
  route(app, endpoints.getRetention, async ({ ctx, query }) => ({ data: await readRetention(ctx, query), status }))
  route(app, endpoints.previewRetention, async ({ ctx, query }) => ({ data: await previewRetention(ctx, query), status }))
  route(app, endpoints.setRetention, async ({ ctx, body }) => ({ data: await setRetention(ctx, body), status }))
}

import { endpoints, type JsonObject } from "../../../contract/index.ts"
import { readCompute } from "../../services/compute/read-compute.ts"
import { readFeedback, sendFeedback } from "../../services/feedback/feedback.ts"
import { noteHomeVisit, readHome } from "../../services/home/home.ts"
import { checkHealth } from "../../services/platform/check-health.ts"
import { openApiDocument } from "../openapi.ts"
import { type App, route } from "../route.ts"

export function platformRoutes(app: App): void {
  route(app, endpoints.getCapabilities, async ({ ctx }) => ({
    platform: "hosted-evals",
    version: ctx.config.version,
    extensions: Object.entries(endpoints)
      .filter(([, entry]) => "extension" in entry && entry.extension)
      .map(([id]) => id),
    executor: ctx.config.sandbox.kind,
    inference_url: `${ctx.config.publicUrl}/api/v1`,
    limits: { timeout_minutes: ctx.config.timeoutMinutes },
  }))
  route(app, endpoints.getCompute, async ({ ctx }) => ({ data: await readCompute(ctx), status: "success" }))
  route(app, endpoints.getHome, async ({ ctx }) => readHome(ctx))
  route(app, endpoints.noteHomeVisit, async ({ ctx, body }) => {
    await noteHomeVisit(ctx, body.hide_steps ?? false)
    return new Response(null, { status: 204 })
  })
  // Made once: it takes a second, and anybody may ask for it.
  let document: JsonObject | null = null
  route(app, endpoints.getOpenApi, async ({ ctx }) => {
    document ??= openApiDocument(ctx.config.version) as JsonObject
    return document
  })
  route(app, endpoints.sendFeedback, async ({ ctx, body }) => ({ data: await sendFeedback(ctx, body), status: "success" }))
  route(app, endpoints.listFeedback, async ({ ctx, query }) => readFeedback(ctx, query))
  route(app, endpoints.getHealth, async ({ ctx }) => checkHealth(ctx))
}

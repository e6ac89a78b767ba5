import { sql } from "drizzle-orm"
import { endpoints } from "../../../contract/index.ts"
import { whoami } from "../../services/identity/whoami.ts"
import { type App, route } from "../route.ts"

export function platformRoutes(app: App): void {
  route(app, endpoints.whoami, async ({ ctx }) => ({ data: await whoami(ctx), status: "success" }))
  route(app, endpoints.getCapabilities, async ({ ctx }) => ({
    platform: "hosted-evals",
    version: ctx.config.version,
    extensions: Object.entries(endpoints)
      .filter(([, entry]) => "extension" in entry && entry.extension)
      .map(([id]) => id),
    executor: "process",
    inference_url: `${ctx.config.publicUrl}/api/v1`,
  }))
  route(app, endpoints.getHealth, async ({ ctx }) => {
    await ctx.db.execute(sql`select 1`)
    return { status: "ok" as const, database: "ok" as const, version: ctx.config.version }
  })
}

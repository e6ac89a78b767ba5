import { endpoints } from "../../../contract/index.ts"
import { listAudit } from "../../services/audit/list-audit.ts"
import { record } from "../../services/audit/record.ts"
import { requireUser } from "../../services/context.ts"
import { type App, route } from "../route.ts"

export function auditRoutes(app: App): void {
  route(app, endpoints.listAudit, async ({ ctx, query }) => listAudit(ctx, query))
  route(app, endpoints.noteSignIn, async ({ ctx }) => {
    await record(ctx, ctx.db, { action: "sign_in.create", target: { kind: "user", id: requireUser(ctx) }, details: { method: "api_key" } })
    return { noted: true }
  })
}

import { endpoints } from "../../../contract/index.ts"
import { openShare } from "../../services/shares/open-share.ts"
import { listSharedLog, listSharedSamples, readSharedRun, readSharedSample } from "../../services/shares/read-shared.ts"
import { createShare, readShares, revokeShare } from "../../services/shares/shares.ts"
import { type App, route } from "../route.ts"

export function shareRoutes(app: App): void {
  route(app, endpoints.listShares, async ({ ctx, params }) => readShares(ctx, params.evaluation_id))
  route(app, endpoints.createShare, async ({ ctx, params, body }) => createShare(ctx, params.evaluation_id, body))
  route(app, endpoints.revokeShare, async ({ ctx, params }) => {
    await revokeShare(ctx, params.evaluation_id, params.share_id)
    return { id: params.share_id, revoked: true }
  })
  route(app, endpoints.openShare, async ({ ctx, params, body }) => openShare(ctx, params.token, body.password))
  route(app, endpoints.getSharedRun, async ({ ctx, params, query }) => readSharedRun(ctx, params.token, query.pass))
  route(app, endpoints.listSharedSamples, async ({ ctx, params, query }) => listSharedSamples(ctx, params.token, query))
  route(app, endpoints.getSharedSample, async ({ ctx, params, query }) => readSharedSample(ctx, params, query.pass))
  route(app, endpoints.listSharedLog, async ({ ctx, params, query }) => listSharedLog(ctx, params.token, query))
}

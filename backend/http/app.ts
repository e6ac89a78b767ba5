import { Hono } from "hono"
import type { Services } from "../services/context.ts"
import { readMetrics } from "../services/platform/read-metrics.ts"
import { answerError, answerNotFound } from "./errors.ts"
import { endBodyOfHead } from "./head.ts"
import { type Bindings, bearerOf, identify } from "./identify.ts"
import { instanceRoutes } from "./instances/routes.ts"
import { refuseNotOffered } from "./prime/not-offered.ts"
import { withRequestId } from "./request-id.ts"
import type { App, Variables } from "./route.ts"
import { accountRoutes } from "./routes/accounts.ts"
import { attemptRoutes } from "./routes/attempts.ts"
import { auditRoutes } from "./routes/audit.ts"
import { billingRoutes } from "./routes/billing.ts"
import { commentRoutes } from "./routes/comments.ts"
import { compareRoutes } from "./routes/compare.ts"
import { directoryRoutes } from "./routes/directory.ts"
import { environmentRoutes } from "./routes/environments.ts"
import { evaluationRoutes, eventRoutes } from "./routes/evaluations.ts"
import { exportRoutes } from "./routes/exports.ts"
import { identityRoutes } from "./routes/identity.ts"
import { inferenceRoutes } from "./routes/inference.ts"
import { notOfferedRoutes } from "./routes/not-offered.ts"
import { notificationRoutes } from "./routes/notifications.ts"
import { platformRoutes } from "./routes/platform.ts"
import { presetRoutes } from "./routes/presets.ts"
import { retentionRoutes } from "./routes/retention.ts"
import { reviewRoutes } from "./routes/reviews.ts"
import { sandboxRoutes } from "./routes/sandboxes.ts"
import { scheduleRoutes } from "./routes/schedules.ts"
import { secretRoutes } from "./routes/secrets.ts"
import { shareRoutes } from "./routes/shares.ts"
import { traceRoutes } from "./routes/traces.ts"
import { tunnelRoutes } from "./routes/tunnels.ts"
import { viewRoutes } from "./routes/views.ts"
import { scimApp } from "./scim/app.ts"
import { Traffic } from "./traffic.ts"

export type PlatformApp = Hono<Variables & { Bindings: Bindings }>

/** The whole API below /api/v1, for the dashboard's server and for the worker's own port alike. */
export function createApp(services: Services): PlatformApp {
  const app: PlatformApp = new Hono<Variables & { Bindings: Bindings }>({ strict: false }).basePath("/api/v1")
  app.onError(answerError(services.log))
  app.notFound(answerNotFound)
  app.use("*", withRequestId)
  app.use("*", endBodyOfHead)
  // Before anybody is asked who they are: Prometheus has a token of its own.
  app.get("/metrics", async (c) => {
    const asking = { token: bearerOf(c.req.header("authorization")), address: c.env?.address }
    return c.text(await readMetrics(services, asking), 200, { "content-type": services.metrics.registry.contentType })
  })
  const traffic = new Traffic(services.config.requestsPerMinute, (reason, ms) => services.metrics.observeWait(reason, ms))
  // Directories have tokens of their own, too, and read nothing but SCIM.
  app.route("/scim/v2", scimApp(services, traffic))
  app.use("*", identify(services, traffic))
  app.use("*", refuseNotOffered)
  const routes = app as unknown as App
  compareRoutes(routes)
  evaluationRoutes(routes)
  reviewRoutes(routes)
  commentRoutes(routes)
  viewRoutes(routes)
  presetRoutes(routes)
  scheduleRoutes(routes)
  shareRoutes(routes)
  notificationRoutes(routes)
  eventRoutes(routes)
  exportRoutes(routes)
  environmentRoutes(routes)
  // After the environments: owner/name/@version looks like id/secrets/id, and the one with the @ has to be matched first.
  secretRoutes(routes)
  identityRoutes(routes)
  auditRoutes(routes)
  retentionRoutes(routes)
  accountRoutes(routes)
  directoryRoutes(routes)
  inferenceRoutes(routes)
  billingRoutes(routes)
  traceRoutes(routes)
  // Before the sandboxes: /sandbox/networks looks like the id of one.
  notOfferedRoutes(routes)
  sandboxRoutes(routes)
  instanceRoutes(routes)
  tunnelRoutes(routes)
  attemptRoutes(routes)
  platformRoutes(routes)
  return app
}

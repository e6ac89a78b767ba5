import { accountsEndpoints } from "./accounts/endpoints.ts"
import { commentsEndpoints } from "./comments/endpoints.ts"
import { billingEndpoints } from "./endpoints/billing.ts"
import { compareEndpoints } from "./endpoints/compare.ts"
import { environmentChecksEndpoints } from "./endpoints/environment-checks.ts"
import { environmentsEndpoints } from "./endpoints/environments.ts"
import { evaluationsEndpoints } from "./endpoints/evaluations.ts"
import { exportsEndpoints } from "./endpoints/exports.ts"
import { feedbackEndpoints } from "./endpoints/feedback.ts"
import { hostedEvaluationsEndpoints } from "./endpoints/hosted-evaluations.ts"
import { identityEndpoints } from "./endpoints/identity.ts"
import { inferenceEndpoints } from "./endpoints/inference.ts"
import { logsEndpoints } from "./endpoints/logs.ts"
import { auditEndpoints } from "./endpoints/operation/audit.ts"
import { computeEndpoints } from "./endpoints/operation/compute.ts"
import { directoryEndpoints } from "./endpoints/operation/directory.ts"
import { retentionEndpoints } from "./endpoints/operation/retention.ts"
import { schedulesEndpoints } from "./endpoints/operation/schedules.ts"
import { packagesEndpoints } from "./endpoints/packages.ts"
import { platformEndpoints } from "./endpoints/platform.ts"
import { presetsEndpoints } from "./endpoints/presets.ts"
import { publishingEndpoints } from "./endpoints/publishing.ts"
import { reviewsEndpoints } from "./endpoints/reviews.ts"
import { checkpointEndpoints } from "./endpoints/sandboxes/checkpoints.ts"
import { sandboxesEndpoints } from "./endpoints/sandboxes.ts"
import { sandboxesNotOfferedEndpoints } from "./endpoints/sandboxes-not-offered.ts"
import { searchEndpoints } from "./endpoints/search.ts"
import { secretsEndpoints } from "./endpoints/secrets.ts"
import { sharingEndpoints } from "./endpoints/sharing.ts"
import { tracesEndpoints } from "./endpoints/traces.ts"
import { tunnelEndpoints } from "./endpoints/tunnel.ts"
import { viewsEndpoints } from "./endpoints/views.ts"
import { instancesEndpoints } from "./instances/endpoints.ts"
import { sshKeysEndpoints } from "./instances/key-endpoints.ts"
import { notificationsEndpoints } from "./notifications/endpoints.ts"
import { remoteEndpoints } from "./remote/endpoints.ts"

/**
 * Every address of the API, in one table. Routes (backend/http), OpenAPI (docs/openapi.json) and the contract client
 * (lib/api) are made from it. All paths are below /api/v1.
 */
export const endpoints = {
  ...hostedEvaluationsEndpoints,
  ...presetsEndpoints,
  ...schedulesEndpoints,
  ...sharingEndpoints,
  ...notificationsEndpoints,
  ...compareEndpoints,
  ...evaluationsEndpoints,
  ...reviewsEndpoints,
  ...commentsEndpoints,
  ...viewsEndpoints,
  ...exportsEndpoints,
  ...logsEndpoints,
  ...searchEndpoints,
  ...environmentsEndpoints,
  ...environmentChecksEndpoints,
  ...publishingEndpoints,
  ...packagesEndpoints,
  ...inferenceEndpoints,
  ...identityEndpoints,
  ...auditEndpoints,
  ...computeEndpoints,
  ...retentionEndpoints,
  ...accountsEndpoints,
  ...directoryEndpoints,
  ...secretsEndpoints,
  ...billingEndpoints,
  ...tracesEndpoints,
  ...sandboxesNotOfferedEndpoints,
  ...checkpointEndpoints,
  ...sandboxesEndpoints,
  ...instancesEndpoints,
  ...sshKeysEndpoints,
  ...tunnelEndpoints,
  ...remoteEndpoints,
  ...feedbackEndpoints,
  ...platformEndpoints,
}

export type Endpoints = typeof endpoints
export type OperationId = keyof Endpoints

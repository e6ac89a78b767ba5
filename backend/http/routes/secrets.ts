import { endpoints } from "../../../contract/index.ts"
import {
  createEnvironmentSecret,
  deleteEnvironmentSecret,
  listEnvironmentSecrets,
  updateEnvironmentSecret,
} from "../../services/secrets/environment-secrets.ts"
import { createSecret, deleteSecret, getSecret, listSecrets, updateSecret } from "../../services/secrets/global-secrets.ts"
import { linkSecret, unlinkSecret } from "../../services/secrets/linked-secrets.ts"
import { createVariable, deleteVariable, listVariables, updateVariable } from "../../services/secrets/variables.ts"
import { type App, route } from "../route.ts"

const status = "success"

export function secretRoutes(app: App): void {
  route(app, endpoints.listSecrets, async ({ ctx, query }) => {
    const { data, total_count } = await listSecrets(ctx, query)
    return { data, total_count, offset: query.offset, limit: query.limit, status }
  })
  route(app, endpoints.createSecret, async ({ ctx, body }) => ({ data: await createSecret(ctx, body), status }))
  route(app, endpoints.getSecret, async ({ ctx, params, query }) => ({ data: await getSecret(ctx, params.secret_id, query), status }))
  route(app, endpoints.updateSecret, async ({ ctx, params, query, body }) => ({
    data: await updateSecret(ctx, params.secret_id, query, body),
    status,
  }))
  route(app, endpoints.deleteSecret, async ({ ctx, params, query }) => ({
    data: await deleteSecret(ctx, params.secret_id, query),
    status,
  }))

  route(app, endpoints.listEnvironmentSecrets, async ({ ctx, params }) => ({
    data: await listEnvironmentSecrets(ctx, params.environment_id),
  }))
  route(app, endpoints.createEnvironmentSecret, async ({ ctx, params, body }) => ({
    data: await createEnvironmentSecret(ctx, params.environment_id, body),
  }))
  route(app, endpoints.updateEnvironmentSecret, async ({ ctx, params, body }) => ({
    data: await updateEnvironmentSecret(ctx, params.environment_id, params.secret_id, body),
  }))
  route(app, endpoints.deleteEnvironmentSecret, async ({ ctx, params }) => ({
    data: await deleteEnvironmentSecret(ctx, params.environment_id, params.secret_id),
  }))
  route(app, endpoints.linkSecret, async ({ ctx, params }) => ({ data: await linkSecret(ctx, params.environment_id, params.secret_id) }))
  route(app, endpoints.unlinkSecret, async ({ ctx, params }) => ({
    data: await unlinkSecret(ctx, params.environment_id, params.secret_id),
  }))

  route(app, endpoints.listEnvironmentVariables, async ({ ctx, params }) => ({
    data: await listVariables(ctx, params.environment_id),
  }))
  route(app, endpoints.createEnvironmentVariable, async ({ ctx, params, body }) => ({
    data: await createVariable(ctx, params.environment_id, body),
  }))
  route(app, endpoints.updateEnvironmentVariable, async ({ ctx, params, body }) => ({
    data: await updateVariable(ctx, params.environment_id, params.variable_id, body),
  }))
  route(app, endpoints.deleteEnvironmentVariable, async ({ ctx, params }) => ({
    data: await deleteVariable(ctx, params.environment_id, params.variable_id),
  }))
}

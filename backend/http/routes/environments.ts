import { Readable } from "node:stream"
import { endpoints } from "../../../contract/index.ts"
import {
  createVersion,
  createWheel,
  finalizeVersion,
  finalizeWheel,
  resolveEnvironment,
  uploadArtifact,
} from "../../services/environments/publish.ts"
import {
  getEnvironment,
  getEnvironmentActionLogs,
  inspectEnvironment,
  listEnvironmentActions,
  listEnvironments,
  listEnvironmentVersions,
  openPackage,
} from "../../services/environments/read-environments.ts"
import { type App, route } from "../route.ts"

export function environmentRoutes(app: App): void {
  route(app, endpoints.listEnvironments, async ({ ctx, query }) => listEnvironments(ctx, query))
  route(app, endpoints.resolveEnvironment, async ({ ctx, body }) => {
    const { found, created } = await resolveEnvironment(ctx, body)
    const { id, name, visibility } = found.environment
    return { data: { id, name, owner: { name: found.owner, type: found.ownerType }, created, visibility } }
  })
  route(app, endpoints.getEnvironment, async ({ ctx, params }) => ({
    data: await getEnvironment(ctx, params.owner, params.name, params.version),
  }))
  route(app, endpoints.inspectEnvironment, async ({ ctx, params, query }) => ({
    data: await inspectEnvironment(ctx, params.owner, params.name, params.version, query.path, query.max_bytes),
  }))
  route(app, endpoints.listEnvironmentVersions, async ({ ctx, params }) => ({
    data: { versions: await listEnvironmentVersions(ctx, params.owner, params.name) },
  }))
  route(app, endpoints.listEnvironmentActions, async ({ ctx, params, query }) => ({
    data: await listEnvironmentActions(ctx, params.owner, params.name, query),
  }))
  route(app, endpoints.getEnvironmentActionLogs, async ({ ctx, params, query }) => ({
    data: { logs: await getEnvironmentActionLogs(ctx, params.owner, params.name, params.action_id, query.tail_lines) },
  }))

  route(app, endpoints.createWheel, async ({ ctx, params, body }) => {
    const { wheelId, uploadUrl } = await createWheel(ctx, params.environment_id, body)
    return { data: { wheel_id: wheelId, upload_url: uploadUrl } }
  })
  route(app, endpoints.finalizeWheel, async ({ ctx, params }) => {
    await finalizeWheel(ctx, params.environment_id, params.wheel_id)
    return { data: { success: true, message: null } }
  })
  route(app, endpoints.createVersion, async ({ ctx, params, body }) => {
    const { versionId, uploadUrl } = await createVersion(ctx, params.environment_id, body)
    return { data: { version_id: versionId, upload_url: uploadUrl } }
  })
  route(app, endpoints.finalizeVersion, async ({ ctx, params }) => {
    const version = await finalizeVersion(ctx, params.environment_id, params.version_id)
    return { data: { success: true, message: null, version_id: version.id } }
  })
  route(app, endpoints.uploadArtifact, async ({ ctx, params, request }) => ({
    size: await uploadArtifact(ctx, params.token, request.body),
  }))
  route(app, endpoints.downloadPackage, async ({ ctx, params }) => {
    const { stream, filename } = await openPackage(ctx, params.owner, params.name, params.version)
    const body = Readable.toWeb(stream) as ReadableStream<Uint8Array>
    return new Response(body, {
      headers: { "content-type": "application/gzip", "content-disposition": `attachment; filename="${encodeURIComponent(filename)}"` },
    })
  })
}

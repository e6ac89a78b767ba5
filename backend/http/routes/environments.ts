import { Readable } from "node:stream"
import { endpoints, limits } from "../../../contract/index.ts"
import { deleteEnvironment } from "../../services/environments/delete-environment.ts"
import { deleteVersion } from "../../services/environments/delete-version.ts"
import { environmentResults } from "../../services/environments/environment-results.ts"
import { lookupEnvironment, requireEnvironment, requireEnvironmentById } from "../../services/environments/find-environments.ts"
import { forkEnvironment } from "../../services/environments/fork-environment.ts"
import { getEnvironment } from "../../services/environments/get-environment.ts"
import { getEnvironmentStatus } from "../../services/environments/get-environment-status.ts"
import { fetchGitZip } from "../../services/environments/git/fetch-git-files.ts"
import { inspectEnvironment } from "../../services/environments/inspect-environment.ts"
import { listDatasetExamples } from "../../services/environments/list-dataset-examples.ts"
import { listEnvironments } from "../../services/environments/list-environments.ts"
import { listEnvironmentVersions } from "../../services/environments/list-versions.ts"
import { openPackage } from "../../services/environments/open-package.ts"
import { listPackageFiles, listPackages, openWheel } from "../../services/environments/package-index.ts"
import { createVersion, finalizeVersion } from "../../services/environments/publish-version.ts"
import { createWheel, finalizeWheel } from "../../services/environments/publish-wheel.ts"
import { getCheckLog, listChecks } from "../../services/environments/read-checks.ts"
import { resolveEnvironment } from "../../services/environments/resolve-environment.ts"
import { retryCheck } from "../../services/environments/retry-check.ts"
import { updateEnvironment } from "../../services/environments/update-environment.ts"
import { uploadArtifact } from "../../services/environments/upload-artifact.ts"
import { leaderboards } from "../../services/evaluations/compare/leaderboards.ts"
import { streamDownload } from "../download.ts"
import { listingPage } from "../listing-page.ts"
import { namedOwner } from "../prime/team.ts"
import { bodyPieces } from "../read-body.ts"
import { type App, route } from "../route.ts"

export function environmentRoutes(app: App): void {
  route(app, endpoints.listEnvironments, async ({ ctx, query }) => listEnvironments(ctx, query))
  route(app, endpoints.resolveEnvironment, async ({ ctx, body }) => {
    const { found, created } = await resolveEnvironment(ctx, body, namedOwner(body))
    const { id, name, visibility } = found.environment
    return { data: { id, name, owner: { name: found.owner, type: found.ownerType }, created, visibility } }
  })
  route(app, endpoints.lookupEnvironment, async ({ ctx, body }) => {
    const { environment, owner, ownerType } =
      "id" in body ? await requireEnvironmentById(ctx, body.id) : await lookupEnvironment(ctx, body.name, namedOwner(body).slug)
    return {
      data: { id: environment.id, name: environment.name, owner: { name: owner, type: ownerType }, visibility: environment.visibility },
    }
  })
  route(app, endpoints.updateEnvironment, async ({ ctx, params, body }) => {
    const { environment } = await updateEnvironment(ctx, params.owner, params.name, body)
    return { data: { id: environment.id, visibility: environment.visibility } }
  })
  route(app, endpoints.deleteEnvironment, async ({ ctx, params }) => {
    const found = await requireEnvironment(ctx, params.owner, params.name)
    await deleteEnvironment(ctx, found)
    return { data: { id: found.environment.id, deleted: true } }
  })
  route(app, endpoints.deleteEnvironmentById, async ({ ctx, params }) => {
    await deleteEnvironment(ctx, await requireEnvironmentById(ctx, params.environment_id))
    return { data: { id: params.environment_id, deleted: true } }
  })
  route(app, endpoints.deleteEnvironmentVersion, async ({ ctx, params }) => ({
    data: { id: await deleteVersion(ctx, params.owner, params.name, params.version), deleted: true },
  }))
  route(app, endpoints.forkEnvironment, async ({ ctx, params, body }) => {
    const { found, versionId } = await forkEnvironment(ctx, params, namedOwner(body ?? {}))
    const { id, name } = found.environment
    const owner = { name: found.owner, type: found.ownerType }
    return {
      data: { success: true, message: null, environment_id: id, version_id: versionId, name, owner, slug: `${found.owner}/${name}` },
    }
  })
  route(app, endpoints.getEnvironmentStatus, async ({ ctx, params }) => ({
    data: await getEnvironmentStatus(ctx, params.owner, params.name),
  }))
  route(app, endpoints.retryEnvironmentAction, async ({ ctx, params, body }) => {
    const { checkId, versionId } = await retryCheck(ctx, params.owner, params.name, body?.action_id ?? null)
    return { data: { success: true, message: null, job_id: checkId, version_id: versionId } }
  })
  route(app, endpoints.getEnvironment, async ({ ctx, params }) => ({
    data: await getEnvironment(ctx, params.owner, params.name, params.version),
  }))
  route(app, endpoints.listDatasetExamples, async ({ ctx, params, query }) => ({ data: await listDatasetExamples(ctx, params, query) }))
  route(app, endpoints.getEnvironmentResults, async ({ ctx, params }) => ({
    data: await environmentResults(ctx, params.owner, params.name),
  }))
  route(app, endpoints.getLeaderboards, async ({ ctx, params }) => ({ data: await leaderboards(ctx, params.owner, params.name) }))
  route(app, endpoints.inspectEnvironment, async ({ ctx, params, query }) => ({
    data: await inspectEnvironment(ctx, params.owner, params.name, params.version, query.path, query.max_bytes),
  }))
  route(app, endpoints.listEnvironmentVersions, async ({ ctx, params }) => ({
    data: { versions: await listEnvironmentVersions(ctx, params.owner, params.name) },
  }))
  route(app, endpoints.listEnvironmentActions, async ({ ctx, params, query }) => ({
    data: await listChecks(ctx, params.owner, params.name, query),
  }))
  route(app, endpoints.getEnvironmentActionLogs, async ({ ctx, params, query }) => ({
    data: { logs: await getCheckLog(ctx, params.owner, params.name, params.action_id, query.tail_lines) },
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
  route(app, endpoints.fetchGitFiles, async ({ ctx, body }) => {
    const { commit, zip } = await fetchGitZip(ctx, body)
    const answer = streamDownload(zip, "application/zip", "source.zip")
    answer.headers.set("x-git-commit", commit)
    return answer
  })
  route(app, endpoints.finalizeVersion, async ({ ctx, params }) => {
    const version = await finalizeVersion(ctx, params.environment_id, params.version_id)
    return { data: { success: true, message: null, version_id: version.id } }
  })
  route(app, endpoints.uploadArtifact, async ({ ctx, params, request }) => ({
    size: await uploadArtifact(
      ctx,
      params.token,
      bodyPieces(request.body, { bytesMax: limits.archiveBytesMax, totalMs: Number.POSITIVE_INFINITY }),
    ),
  }))
  route(app, endpoints.downloadPackage, async ({ ctx, params }) => {
    const { stream, filename } = await openPackage(ctx, params.owner, params.name, params.version)
    const body = Readable.toWeb(stream) as ReadableStream<Uint8Array>
    return new Response(body, {
      headers: { "content-type": "application/gzip", "content-disposition": `attachment; filename="${encodeURIComponent(filename)}"` },
    })
  })

  route(app, endpoints.listPackages, async ({ ctx, params }) =>
    listingPage(
      `Packages of ${params.owner}`,
      (await listPackages(ctx, params.owner)).map((name) => ({ href: `${name}/`, text: name })),
    ),
  )
  route(app, endpoints.listPackageFiles, async ({ ctx, params }) =>
    listingPage(
      params.project,
      (await listPackageFiles(ctx, params.owner, params.project)).map((file) => ({
        href: `${file.url}#sha256=${file.sha256}`,
        text: file.filename,
        ...(file.requiresPython ? { "data-requires-python": file.requiresPython } : {}),
      })),
    ),
  )
  route(app, endpoints.downloadWheel, async ({ ctx, params }) => {
    const { stream, size } = await openWheel(ctx, params.version_id)
    return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
      headers: { "content-type": "application/octet-stream", ...(size === null ? {} : { "content-length": String(size) }) },
    })
  })
}

import type { CreateArtifactRequest } from "../../../contract/index.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import { newId } from "../../base/ids.ts"
import { findVersionByHash, findVersionById, findVersionByNumber, updateVersion, upsertVersion } from "../../store/environments/versions.ts"
import type { Context } from "../context.ts"
import { readWheel } from "./archives/wheel.ts"
import { requireWritable } from "./find-environments.ts"
import { requireUnpublished } from "./require-unpublished.ts"
import { requireUploaded, uploadUrl } from "./upload-artifact.ts"

/** Announces the wheel of a version. @throws ServiceError when this content, or this number with other content, is published already */
export async function createWheel(
  ctx: Context,
  environmentId: string,
  input: CreateArtifactRequest,
): Promise<{ wheelId: string; uploadUrl: string }> {
  const { environment, owner } = await requireWritable(ctx, environmentId)
  if (!input.filename.endsWith(".whl")) throw invalid(["filename"], "must end with .whl")
  const same = await findVersionByHash(ctx.db, environmentId, input.content_hash)
  if (same?.publishedAt)
    throw new ServiceError(
      "conflict",
      `A version of ${owner}/${environment.name} with this content hash already exists (${same.semanticVersion ?? same.contentHash.slice(0, 8)})`,
    )
  if (input.semantic_version) {
    const numbered = await findVersionByNumber(ctx.db, environmentId, input.semantic_version)
    if (numbered) {
      const latest = environment.latestVersionId ? await findVersionById(ctx.db, environment.latestVersionId) : undefined
      throw new ServiceError(
        "conflict",
        `Version ${input.semantic_version} of ${owner}/${environment.name} was published with other content, and published versions do not change: raise the version in pyproject.toml above ${latest?.semanticVersion ?? input.semantic_version}, the latest, or push with --auto-bump`,
      )
    }
  }
  const version = await upsertVersion(ctx.db, {
    id: same?.id ?? newId(),
    environmentId,
    contentHash: input.content_hash,
    semanticVersion: input.semantic_version ?? null,
    wheelFilename: input.filename,
    wheelSha256: input.sha256,
    wheelReadyAt: null,
    metadata: input.metadata ?? {},
  })
  return { wheelId: version.id, uploadUrl: uploadUrl(ctx, version.id, "wheel", input.sha256) }
}

/** Checks the uploaded wheel: that it is one, and that it holds a package. */
export async function finalizeWheel(ctx: Context, environmentId: string, versionId: string): Promise<void> {
  const { version } = await requireUnpublished(ctx, environmentId, versionId)
  await requireUploaded(ctx, version, "wheel")
  await readWheel(await ctx.files.localPath(artifactKey(version.id, "wheel")))
  await updateVersion(ctx.db, version.id, { wheelReadyAt: new Date() })
}

import path from "node:path"
import { type CreateArtifactRequest, limits } from "../../../contract/index.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import { newId } from "../../base/ids.ts"
import { insertCheck } from "../../store/environments/checks.ts"
import { lockEnvironment, updateEnvironment } from "../../store/environments/environments.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersionByHash, findVersionByNumber, updateVersion } from "../../store/environments/versions.ts"
import { markVersionDue } from "../../store/schedules/schedules.ts"
import { signal } from "../../store/signals.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { readSourceArchive } from "./archives/source-archive.ts"
import { requireWritable } from "./find-environments.ts"
import { requireUnpublished } from "./require-unpublished.ts"
import { requireUploaded, uploadUrl } from "./upload-artifact.ts"

/** Announces the source archive of the version whose wheel came before. */
export async function createVersion(
  ctx: Context,
  environmentId: string,
  input: CreateArtifactRequest,
): Promise<{ versionId: string; uploadUrl: string }> {
  const { environment, owner } = await requireWritable(ctx, environmentId)
  const version = await findVersionByHash(ctx.db, environmentId, input.content_hash)
  if (version?.publishedAt)
    throw new ServiceError(
      "conflict",
      `A version of ${owner}/${environment.name} with this content hash already exists (${version.semanticVersion ?? version.contentHash.slice(0, 8)})`,
    )
  if (!version?.wheelReadyAt) throw invalid(["content_hash"], "no wheel of this content was uploaded and finalized: send the wheel first")
  await updateVersion(ctx.db, version.id, {
    sourceFilename: path.basename(input.filename),
    sourceSha256: input.sha256,
    metadata: { ...version.metadata, ...input.metadata },
  })
  return { versionId: version.id, uploadUrl: uploadUrl(ctx, version.id, "source", input.sha256) }
}

/** Checks the uploaded source and publishes the version: from here on it is `latest`, and its check is due. */
export async function finalizeVersion(ctx: Context, environmentId: string, versionId: string): Promise<VersionRecord> {
  const { found, version } = await requireUnpublished(ctx, environmentId, versionId)
  if (version.publishedAt) return version
  if (!version.wheelReadyAt || !version.sourceSha256) throw new ServiceError("invalid", "Send the wheel and the source archive first")
  await requireUploaded(ctx, version, "source")
  const source = await readSourceArchive(await ctx.files.localPath(artifactKey(version.id, "source")))
  const metadata = version.metadata as { description?: unknown; tags?: unknown }
  await ctx.db.transaction(async (tx) => {
    await lockEnvironment(tx, environmentId)
    // Two may have been announced before either was published.
    if (version.semanticVersion && (await findVersionByNumber(tx, environmentId, version.semanticVersion)))
      throw new ServiceError(
        "conflict",
        `Version ${version.semanticVersion} of ${found.owner}/${found.environment.name} was published with other content meanwhile: raise the version in pyproject.toml and push again`,
      )
    await updateVersion(tx, version.id, { publishedAt: new Date(), readme: source.readme, evalDefaults: source.evalDefaults })
    await updateEnvironment(tx, found.environment.id, {
      latestVersionId: version.id,
      description:
        typeof metadata.description === "string"
          ? cutText(metadata.description, limits.environmentDescriptionMax)
          : found.environment.description,
      tags: Array.isArray(metadata.tags)
        ? metadata.tags.filter((tag): tag is string => typeof tag === "string").slice(0, limits.environmentTagsMax)
        : found.environment.tags,
    })
    await insertCheck(tx, { id: newId(), environmentId, versionId: version.id, status: "PENDING", trigger: "publish" })
    await markVersionDue(tx, environmentId)
    await signal(tx, "work")
    await record(ctx, tx, {
      action: "environment.publish",
      target: { kind: "environment", id: environmentId, name: `${found.owner}/${found.environment.name}` },
      teamId: found.environment.teamId,
      details: { version: version.semanticVersion, content_hash: version.contentHash },
    })
  })
  return version
}

import { createHash } from "node:crypto"
import path from "node:path"
import { Readable } from "node:stream"
import type { CreateArtifactRequest } from "../../../contract/index.ts"
import { limits } from "../../../contract/index.ts"
import { readClaims, signClaims } from "../../base/crypto.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import { newId } from "../../base/ids.ts"
import { insertCheck } from "../../store/environments/checks.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { findEnvironmentBySlug, insertEnvironment, lockEnvironment, updateEnvironment } from "../../store/environments/environments.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersionByHash, findVersionById, findVersionByNumber, updateVersion, upsertVersion } from "../../store/environments/versions.ts"
import { findTeamById, findTeamBySlug } from "../../store/identity/teams.ts"
import { findUser } from "../../store/identity/users.ts"
import { signal } from "../../store/signals.ts"
import { type Context, requireUser } from "../context.ts"
import { readSourceArchive, readWheel } from "./archives.ts"
import { deleteArtifacts } from "./delete-environments.ts"
import { checkMayWrite, requireEnvironment, requireWritable } from "./find-environments.ts"

type ArtifactKind = "wheel" | "source"
const uploadHours = 6

/** Whom something is published for: nobody named is the caller. A slug other than the caller's own goes before the team's id. */
export interface OwnerChoice {
  slug: string | null
  teamId: string | null
}

/** Who will own it. @throws ServiceError for a team that the caller does not belong to, or a caller without a username */
async function chosenOwner(ctx: Context, choice: OwnerChoice): Promise<{ userId: string; teamId: string | null; slug: string }> {
  const userId = requireUser(ctx)
  const user = await findUser(ctx.db, userId)
  const teamSlug = choice.slug === user?.slug ? null : choice.slug
  const named = teamSlug ?? choice.teamId
  const team = teamSlug ? await findTeamBySlug(ctx.db, teamSlug) : choice.teamId ? await findTeamById(ctx.db, choice.teamId) : null
  if (!team && named) throw new ServiceError("not_found", `There is no team ${JSON.stringify(named)}, or you are not a member of it`)
  if (team && !ctx.viewer.teamIds.includes(team.id))
    throw new ServiceError("forbidden", `You may not publish for the team ${JSON.stringify(team.slug)}: you are not a member of it`)
  if (team) return { userId, teamId: team.id, slug: team.slug }
  if (!user?.slug) throw new ServiceError("invalid", "Your account is missing a username: choose one before you publish")
  return { userId, teamId: null, slug: user.slug }
}

/**
 * Finds an environment that the caller may write, or makes it. New ones are public unless the caller says otherwise; saying so
 * about an existing one changes it.
 */
export async function resolveEnvironment(
  ctx: Context,
  input: { name: string; visibility?: "PUBLIC" | "PRIVATE" | null | undefined },
  choice: OwnerChoice,
): Promise<{ found: OwnedEnvironment; created: boolean }> {
  const [name = "", owner] = (input.name.split("@")[0] ?? "").split("/").reverse()
  // Whoever pushes results names the environment they came from, which may be anybody's that they can see.
  const other = owner && !input.visibility ? await findEnvironmentBySlug(ctx.db, ctx.viewer, owner, name) : undefined
  if (other) return { found: other, created: false }
  const { userId, teamId, slug } = await chosenOwner(ctx, owner ? { ...choice, slug: choice.slug ?? owner } : choice)
  const created = await insertEnvironment(ctx.db, {
    id: newId(),
    userId,
    teamId,
    name,
    visibility: input.visibility ?? "PUBLIC",
  })
  if (!created && input.visibility) {
    const { environment } = await requireEnvironment(ctx, slug, name)
    if (environment.visibility !== input.visibility) await updateEnvironment(ctx.db, environment.id, { visibility: input.visibility })
  }
  return { found: await requireEnvironment(ctx, slug, name), created }
}

/**
 * Shows an environment to everybody, or to its owner alone: in lists, by its address and in the package index. Runs that others
 * have started go on.
 */
export async function changeVisibility(
  ctx: Context,
  owner: string,
  name: string,
  visibility: "PUBLIC" | "PRIVATE",
): Promise<OwnedEnvironment> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  if (environment.visibility !== visibility) await updateEnvironment(ctx.db, environment.id, { visibility })
  return requireEnvironment(ctx, owner, name)
}

/**
 * Copies the latest version of an environment to the caller, or to a team, with where it came from in its metadata.
 * @throws ServiceError when the new owner has an environment of that name
 */
export async function forkEnvironment(
  ctx: Context,
  source: { owner: string; name: string },
  to: OwnerChoice,
): Promise<{ found: OwnedEnvironment; versionId: string }> {
  const original = await requireEnvironment(ctx, source.owner, source.name)
  const latest = original.environment.latestVersionId ? await findVersionById(ctx.db, original.environment.latestVersionId) : undefined
  if (!latest?.publishedAt) throw new ServiceError("conflict", `${source.owner}/${source.name} has no published version to fork`)
  const { userId, teamId, slug } = await chosenOwner(ctx, to)
  const origin = {
    owner: original.owner,
    name: original.environment.name,
    environment_id: original.environment.id,
    version: latest.semanticVersion,
  }
  const earlier = Array.isArray(latest.metadata.fork_chain) ? latest.metadata.fork_chain : []
  const id = newId()
  const versionId = newId()
  for (const kind of ["wheel", "source"] as const)
    await ctx.files.put(artifactKey(versionId, kind), await ctx.files.read(artifactKey(latest.id, kind)))
  try {
    await ctx.db.transaction(async (tx) => {
      const { name, description, tags, visibility } = original.environment
      if (!(await insertEnvironment(tx, { id, userId, teamId, name, description, tags, visibility, latestVersionId: versionId })))
        throw new ServiceError("conflict", `There is an environment ${slug}/${name} already`)
      await upsertVersion(tx, {
        ...latest,
        id: versionId,
        environmentId: id,
        createdAt: new Date(),
        publishedAt: new Date(),
        metadata: { ...latest.metadata, origin, fork_chain: [origin, ...earlier] },
      })
      await insertCheck(tx, { id: newId(), environmentId: id, versionId, status: "PENDING", trigger: "fork" })
      await signal(tx, "work")
    })
  } catch (error) {
    await deleteArtifacts(ctx, [versionId])
    throw error
  }
  return { found: await requireEnvironment(ctx, slug, source.name), versionId }
}

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

/** The address carries its own permission, since the CLI sends no key with an upload. */
function uploadUrl(ctx: Context, versionId: string, kind: ArtifactKind, sha256: string): string {
  const token = signClaims(ctx.config.secretKey, { versionId, kind, sha256, until: Date.now() + uploadHours * 3_600_000 })
  return `${ctx.config.publicUrl}/api/v1/uploads/${token}`
}

/** Takes the bytes of an announced file. @throws ServiceError for a wrong or old token, too many bytes, other bytes than announced */
export async function uploadArtifact(ctx: Context, token: string, body: ReadableStream<Uint8Array> | null): Promise<number> {
  const claims = readClaims(ctx.config.secretKey, token) as { versionId: string; kind: ArtifactKind; sha256: string; until: number } | null
  if (!claims) throw new ServiceError("forbidden", "This upload address is not valid")
  if (claims.until < Date.now()) throw new ServiceError("forbidden", "This upload address has expired: push again")
  if (!body) throw new ServiceError("invalid", "The upload is empty")
  const hash = createHash("sha256")
  let size = 0
  const checked = async function* () {
    for await (const chunk of Readable.fromWeb(body as import("node:stream/web").ReadableStream)) {
      size += chunk.length
      if (size > limits.archiveBytesMax)
        throw new ServiceError("too_large", `The file is larger than ${limits.archiveBytesMax / 1024 ** 2} MiB`)
      hash.update(chunk)
      yield chunk as Uint8Array
    }
    if (hash.digest("hex") !== claims.sha256)
      throw new ServiceError("invalid", "The uploaded bytes differ from the announced sha256: push again")
  }
  return ctx.files.put(artifactKey(claims.versionId, claims.kind), Readable.from(checked()))
}

async function requireUnpublished(
  ctx: Context,
  environmentId: string,
  versionId: string,
): Promise<{ found: OwnedEnvironment; version: VersionRecord }> {
  const found = await requireWritable(ctx, environmentId)
  const version = await findVersionById(ctx.db, versionId)
  if (!version || version.environmentId !== environmentId) throw notFound("version", versionId)
  return { found, version }
}

/** Checks the uploaded wheel: that it is one, and that it holds a package. */
export async function finalizeWheel(ctx: Context, environmentId: string, versionId: string): Promise<void> {
  const { version } = await requireUnpublished(ctx, environmentId, versionId)
  await requireUploaded(ctx, version, "wheel")
  await readWheel(await ctx.files.localPath(artifactKey(version.id, "wheel")))
  await updateVersion(ctx.db, version.id, { wheelReadyAt: new Date() })
}

async function requireUploaded(ctx: Context, version: VersionRecord, kind: ArtifactKind): Promise<void> {
  if ((await ctx.files.size(artifactKey(version.id, kind))) === null) throw new ServiceError("invalid", `The ${kind} was not uploaded yet`)
}

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
    await updateVersion(tx, version.id, { publishedAt: new Date(), readme: source.readme, evalDefaults: source.evalDefaults })
    await updateEnvironment(tx, found.environment.id, {
      latestVersionId: version.id,
      description: typeof metadata.description === "string" ? metadata.description.slice(0, 2000) : found.environment.description,
      tags: Array.isArray(metadata.tags)
        ? metadata.tags.filter((tag): tag is string => typeof tag === "string").slice(0, 50)
        : found.environment.tags,
    })
    await insertCheck(tx, { id: newId(), environmentId, versionId: version.id, status: "PENDING", trigger: "publish" })
    await signal(tx, "work")
  })
  return version
}

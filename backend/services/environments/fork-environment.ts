import { ServiceError } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import { newId } from "../../base/ids.ts"
import { insertCheck } from "../../store/environments/checks.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { insertEnvironment } from "../../store/environments/environments.ts"
import { findVersionById, upsertVersion } from "../../store/environments/versions.ts"
import { signal } from "../../store/signals.ts"
import type { Context } from "../context.ts"
import { deleteArtifacts } from "./delete-artifacts.ts"
import { requireEnvironment } from "./find-environments.ts"
import { chosenOwner, type OwnerChoice } from "./owner.ts"

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

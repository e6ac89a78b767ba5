import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import { listCheckIds } from "../../store/environments/checks.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { deleteEnvironment as deleteRow, lockEnvironment } from "../../store/environments/environments.ts"
import { deleteVersion as deleteVersionRow, findVersionsByHashPrefix, listVersionIds } from "../../store/environments/versions.ts"
import { deleteLogLines } from "../../store/logs/write-logs.ts"
import type { Context } from "../context.ts"
import { checkMayWrite, requireEnvironment } from "./find-environments.ts"

/** Deletes an environment with its versions, their files and their checks. Evaluations keep their samples and its name. */
export async function deleteEnvironment(ctx: Context, found: OwnedEnvironment): Promise<void> {
  const { id } = checkMayWrite(ctx, found).environment
  const versionIds = await ctx.db.transaction(async (tx) => {
    await lockEnvironment(tx, id)
    const ids = await listVersionIds(tx, id)
    await deleteLogLines(tx, await listCheckIds(tx, { environmentId: id }))
    await deleteRow(tx, id)
    return ids
  })
  await deleteArtifacts(ctx, versionIds)
}

/**
 * Deletes one version by its content hash, of which the first 8 digits are enough: `prime env version list` shows no more.
 * @returns the version's id
 */
export async function deleteVersion(ctx: Context, owner: string, name: string, hash: string): Promise<string> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  if (!/^[0-9a-f]{8,64}$/.test(hash)) throw invalid(["version"], "give the version's content hash: at least its first 8 hexadecimal digits")
  const deleted = await ctx.db.transaction(async (tx) => {
    const locked = await lockEnvironment(tx, environment.id)
    const [version, another] = locked ? await findVersionsByHashPrefix(tx, environment.id, hash) : []
    if (!locked || !version) throw notFound("version", `${owner}/${name}@${hash}`)
    if (another) throw new ServiceError("conflict", `Several versions have a content hash that begins with ${hash}: give more of it`)
    await deleteLogLines(tx, await listCheckIds(tx, { versionId: version.id }))
    await deleteVersionRow(tx, locked, version.id)
    return version.id
  })
  await deleteArtifacts(ctx, [deleted])
  return deleted
}

/** Removes the files of versions that are gone. */
export async function deleteArtifacts(ctx: Context, versionIds: string[]): Promise<void> {
  for (const id of versionIds) for (const kind of ["wheel", "source"] as const) await ctx.files.delete(artifactKey(id, kind))
}

import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { listCheckIds } from "../../store/environments/checks.ts"
import { lockEnvironment } from "../../store/environments/environments.ts"
import { deleteVersion as deleteVersionRow, findVersionsByHashPrefix } from "../../store/environments/versions.ts"
import { deleteLogLines } from "../../store/logs/write-logs.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { deleteArtifacts } from "./delete-artifacts.ts"
import { checkMayWrite, requireEnvironment } from "./find-environments.ts"

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
    await record(ctx, tx, {
      action: "version.delete",
      target: { kind: "environment", id: environment.id, name: `${owner}/${name}` },
      teamId: environment.teamId,
      details: { version: version.semanticVersion, content_hash: version.contentHash },
    })
    return version.id
  })
  await deleteArtifacts(ctx, [deleted])
  return deleted
}

import { notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { findCheck, findLastCheck, insertCheck } from "../../store/environments/checks.ts"
import { signal } from "../../store/signals.ts"
import type { Context } from "../context.ts"
import { checkMayWrite, requireEnvironment } from "./find-environments.ts"

/**
 * Has a version checked again: the one of the given check, or the newest. The earlier check stays in the list.
 * @throws ServiceError while a check of that version is under way
 */
export async function retryCheck(
  ctx: Context,
  owner: string,
  name: string,
  checkId: string | null,
): Promise<{ checkId: string; versionId: string }> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  const given = checkId ? await findCheck(ctx.db, checkId) : undefined
  if (checkId && given?.environmentId !== environment.id) throw notFound("check", checkId)
  const versionId = given?.versionId ?? environment.latestVersionId
  if (!versionId) throw new ServiceError("conflict", `${owner}/${name} has no published version to check`)
  const last = await findLastCheck(ctx.db, versionId)
  if (last?.status === "PENDING" || last?.status === "RUNNING")
    throw new ServiceError("conflict", `A check of this version is under way already: ${last.id}`)
  const id = newId()
  await ctx.db.transaction(async (tx) => {
    await insertCheck(tx, { id, environmentId: environment.id, versionId, status: "PENDING", trigger: "retry" })
    await signal(tx, "work")
  })
  return { checkId: id, versionId }
}

import { notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { findCheck, findLastCheck, insertCheck } from "../../store/environments/checks.ts"
import { signal } from "../../store/signals.ts"
import type { Context } from "../context.ts"
import { checkMayWrite, requireEnvironment } from "./find-environments.ts"

/**
 * Has a version checked again: the one of the given check, or the newest. What was found before stays, as a check of its own.
 * @throws ServiceError while a check of that version is under way
 */
export async function retryAction(
  ctx: Context,
  owner: string,
  name: string,
  actionId: string | null,
): Promise<{ actionId: string; versionId: string }> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  const given = actionId ? await findCheck(ctx.db, actionId) : undefined
  if (actionId && given?.environmentId !== environment.id) throw notFound("action", actionId)
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
  return { actionId: id, versionId }
}

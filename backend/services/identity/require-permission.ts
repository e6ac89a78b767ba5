import { type Permission, refusalOf } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { recordRefusal } from "../../store/evaluations/evaluations.ts"
import type { Context } from "../context.ts"

/**
 * Lets through everybody but a run that was started without the permission; that is kept with the run, since its code may swallow
 * the answer.
 * @throws ServiceError whose sentence names the toggle of the launch
 */
export async function requirePermission(ctx: Context, permission: Permission): Promise<void> {
  if (ctx.caller.kind !== "run" || ctx.caller.permissions.includes(permission)) return
  await recordRefusal(ctx.db, ctx.caller.evaluationId, permission)
  throw new ServiceError("missing_permission", refusalOf(permission))
}

import { type Permission, refusalOf } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { recordRefusal } from "../../store/evaluations/evaluations.ts"
import type { Context } from "../context.ts"

/**
 * Refuses only runs that were launched without the permission; the refusal is recorded with the run, since its code may swallow
 * the answer.
 * @throws ServiceError whose message names the toggle in the launch form
 */
export async function requirePermission(ctx: Context, permission: Permission): Promise<void> {
  if (ctx.caller.kind !== "run" || ctx.caller.permissions.includes(permission)) return
  await recordRefusal(ctx.db, ctx.caller.evaluationId, permission)
  throw new ServiceError("missing_permission", refusalOf(permission))
}

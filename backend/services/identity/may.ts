import { type Act, mayAct, type Need, scopeFor, tooLittle } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { roleIn } from "../../store/viewer.ts"
import type { Context } from "../context.ts"

/** Who owns a thing: a team, or else a user. */
export interface Owner {
  userId: string
  teamId: string | null
}

/**
 * Refuses what the caller may not do with an owner's things: by default what the endpoint is for. The one place where roles are enforced.
 * @throws ServiceError which says what role it needs
 */
export function requireMay(ctx: Context, owner: Owner, need: Need = ctx.need): void {
  if (need === "open") return
  requireScope(ctx, need)
  const role = roleIn(owner, ctx.viewer)
  if (role && mayAct(role, need)) return
  throw new ServiceError("forbidden", role ? tooLittle(need, role) : "This belongs to somebody else")
}

/** Whether the caller may do that with an owner's things. */
export const may = (ctx: Context, owner: Owner, act: Act): boolean => {
  const role = roleIn(owner, ctx.viewer)
  return role !== undefined && mayAct(role, act)
}

/** @throws ServiceError for an API key that was made for other things. The dashboard has no key, and a run's token has its permissions */
export function requireScope({ caller }: Context, need: Need): void {
  if (need === "open" || caller.kind !== "user" || caller.scopes.includes(scopeFor(need))) return
  throw new ServiceError(
    "forbidden",
    `This needs an API key with the scope ${scopeFor(need)}; this one has ${caller.scopes.join(", ") || "none"}. Make another under Settings`,
  )
}

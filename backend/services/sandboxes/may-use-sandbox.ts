import { notFound, ServiceError } from "../../base/errors.ts"
import { findTeamRole } from "../../store/identity/teams.ts"
import type { SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { findSandbox } from "../../store/sandboxes/sandboxes.ts"
import type { Caller, Context } from "../context.ts"

/** The user of sandboxes: a person, or a run with its own token. @throws ServiceError for an anonymous caller */
export function requireSandboxUser(ctx: Context): Exclude<Caller, { kind: "nobody" }> {
  if (ctx.caller.kind !== "nobody") return ctx.caller
  throw new ServiceError("unauthorized", "This needs an API key: send it as Authorization: Bearer KEY")
}

/** A run uses the sandboxes that it made; a person their own and those of their teams. */
export function mayUseSandbox(ctx: Context, row: SandboxRecord): boolean {
  const caller = requireSandboxUser(ctx)
  if (caller.kind === "run") return row.evaluationId === caller.evaluationId
  return row.userId === caller.userId || (row.teamId !== null && ctx.viewer.teamIds.includes(row.teamId))
}

/** A team's admins may also end sandboxes that others created. */
export async function mayEndSandbox(ctx: Context, row: SandboxRecord): Promise<boolean> {
  const caller = requireSandboxUser(ctx)
  if (!mayUseSandbox(ctx, row)) return false
  return (
    caller.kind === "run" || row.userId === caller.userId || (await findTeamRole(ctx.db, row.teamId as string, caller.userId)) === "ADMIN"
  )
}

/** The sandbox of that id. @throws ServiceError when there is none that the caller may use */
export async function requireSandbox(ctx: Context, id: string): Promise<SandboxRecord> {
  const row = await findSandbox(ctx.db, id)
  if (!row || !mayUseSandbox(ctx, row)) throw notFound("sandbox", id)
  return row
}

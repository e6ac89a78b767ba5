import { notFound, ServiceError } from "../../base/errors.ts"
import { findTeamRole } from "../../store/identity/teams.ts"
import type { TunnelRecord } from "../../store/tunnels/tunnel.ts"
import { findTunnel, type TunnelFilter } from "../../store/tunnels/tunnels.ts"
import type { Caller, Context } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"

/** The user of tunnels: a person, or a run with its own token. @throws ServiceError for an anonymous caller */
export function requireTunnelUser(ctx: Context): Exclude<Caller, { kind: "nobody" }> {
  if (ctx.caller.kind !== "nobody") return ctx.caller
  throw new ServiceError("unauthorized", "This needs an API key: send it as Authorization: Bearer KEY")
}

/** A run uses the tunnels that it opened; a person sees their own and those of their teams. */
function maySeeTunnel(ctx: Context, row: TunnelRecord): boolean {
  const caller = requireTunnelUser(ctx)
  if (caller.kind === "run") return row.evaluationId === caller.evaluationId
  return row.userId === caller.userId || (row.teamId !== null && ctx.viewer.teamIds.includes(row.teamId))
}

/** Tunnels are ended by whoever opened them, and by admins of their team. */
export async function mayEndTunnel(ctx: Context, row: TunnelRecord): Promise<boolean> {
  const caller = requireTunnelUser(ctx)
  if (!maySeeTunnel(ctx, row)) return false
  return (
    caller.kind === "run" || row.userId === caller.userId || (await findTeamRole(ctx.db, row.teamId as string, caller.userId)) === "ADMIN"
  )
}

/** The tunnel of that id. @throws ServiceError when there is none that the caller may see */
export async function requireTunnel(ctx: Context, id: string): Promise<TunnelRecord> {
  const row = await findTunnel(ctx.db, id)
  if (!row || !maySeeTunnel(ctx, row)) throw notFound("tunnel", id)
  return row
}

/** Whose tunnels a request is about. @throws ServiceError for another user's without being admin of the team */
export async function scopeOf(
  ctx: Context,
  asked: { teamId?: string | null | undefined; userId?: string | null | undefined },
): Promise<TunnelFilter> {
  const caller = requireTunnelUser(ctx)
  if (caller.kind === "run") return { evaluationId: caller.evaluationId }
  const teamId = asked.teamId ? requireTeam(ctx, asked.teamId) : undefined
  const isOther = asked.userId && asked.userId !== caller.userId
  if (isOther && !(teamId && (await findTeamRole(ctx.db, teamId, caller.userId)) === "ADMIN"))
    throw new ServiceError("forbidden", "Only admins of a team may ask for other users' tunnels, and only with that teamId")
  return { teamId, userId: asked.userId ?? (teamId ? undefined : caller.userId) }
}

import { ServiceError } from "../../base/errors.ts"
import { findTeamRole } from "../../store/identity/teams.ts"
import type { Caller, Context } from "../context.ts"
import { requireTeam } from "./teams.ts"

/** Who made a thing that people and runs make alike: a sandbox or a tunnel. */
export interface MadeBy {
  userId: string
  teamId: string | null
  /** The run whose token it was made with. */
  evaluationId: string | null
}

/** The caller that makes and uses such things: a person, or a run with its own token. @throws ServiceError for an anonymous caller */
export function requireMaker(ctx: Context): Exclude<Caller, { kind: "nobody" }> {
  if (ctx.caller.kind !== "nobody") return ctx.caller
  throw new ServiceError("unauthorized", "This needs an API key: send it as Authorization: Bearer KEY")
}

/** Whose a new thing is: a run's own belongs to it and to its team, a person's to the team that is asked for. */
export function makerOf(ctx: Context, teamId: string | null | undefined): MadeBy {
  const caller = requireMaker(ctx)
  if (caller.kind === "run") return { userId: caller.userId, teamId: caller.teamId, evaluationId: caller.evaluationId }
  return { userId: caller.userId, teamId: teamId ? requireTeam(ctx, teamId) : ctx.teamId, evaluationId: null }
}

/** A run uses what it made; a person their own and what their teams have. */
export function mayUse(ctx: Context, made: MadeBy): boolean {
  const caller = requireMaker(ctx)
  if (caller.kind === "run") return made.evaluationId === caller.evaluationId
  return made.userId === caller.userId || (made.teamId !== null && ctx.viewer.teamIds.includes(made.teamId))
}

/** Its maker may end it, and so may admins of its team. */
export async function mayEnd(ctx: Context, made: MadeBy): Promise<boolean> {
  const caller = requireMaker(ctx)
  if (!mayUse(ctx, made)) return false
  return caller.kind === "run" || made.userId === caller.userId || isTeamAdmin(ctx, made.teamId, caller.userId)
}

interface Asked {
  teamId: string | null | undefined
  userId: string | null | undefined
}

/** What refusals call the things, and the team in a request. */
interface Words {
  things: string
  teamField: string
}

export type Scope = { teamId?: string | undefined; userId?: string | undefined; evaluationId?: string | undefined }

/** Whose things a request is about. @throws ServiceError for another user's without being admin of the team */
export async function scopeOf(ctx: Context, { teamId: team, userId }: Asked, { things, teamField }: Words): Promise<Scope> {
  const caller = requireMaker(ctx)
  if (caller.kind === "run") return { evaluationId: caller.evaluationId }
  const teamId = team ? requireTeam(ctx, team) : undefined
  const isOther = userId && userId !== caller.userId
  if (isOther && !(await isTeamAdmin(ctx, teamId, caller.userId)))
    throw new ServiceError("forbidden", `Only admins of a team may ask for other users' ${things}, and only with that ${teamField}`)
  return { teamId, userId: userId ?? (teamId ? undefined : caller.userId) }
}

/**
 * Whose things a request ends: of a team the caller's own, unless an admin asks for everybody's.
 * @throws ServiceError as `scopeOf`, and for everybody's without being admin of the team
 */
export async function scopeToEnd(ctx: Context, asked: Asked & { all: boolean | null | undefined }, words: Words): Promise<Scope> {
  const scope = await scopeOf(ctx, asked, words)
  const caller = requireMaker(ctx)
  if (caller.kind === "run") return scope
  if (!asked.all) return { ...scope, userId: scope.userId ?? caller.userId }
  if (!(await isTeamAdmin(ctx, scope.teamId, caller.userId)))
    throw new ServiceError("forbidden", `all_users is for admins of a team, with that ${words.teamField}`)
  return scope
}

const isTeamAdmin = async (ctx: Context, teamId: string | null | undefined, userId: string): Promise<boolean> =>
  Boolean(teamId) && (await findTeamRole(ctx.db, teamId as string, userId)) === "ADMIN"

import { ServiceError } from "../../base/errors.ts"
import { isOwnedBy } from "../../store/viewer.ts"
import type { Caller, Context } from "../context.ts"
import { may, requireMay } from "./may.ts"
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
  return isOwnedBy(made, ctx.viewer)
}

/** Refuses those of its team whose role is too little for what the endpoint does. @throws ServiceError which says what role it needs */
export function requireUse(ctx: Context, made: MadeBy): void {
  if (requireMaker(ctx).kind === "user") requireMay(ctx, made)
}

/** Its maker may end it, and so may owners of its team. */
export function mayEnd(ctx: Context, made: MadeBy): boolean {
  const caller = requireMaker(ctx)
  if (!mayUse(ctx, made)) return false
  return caller.kind === "run" || made.userId === caller.userId || may(ctx, made, "manage")
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

/** Whose things a request is about. @throws ServiceError for another user's without being owner of the team */
export async function scopeOf(ctx: Context, { teamId: team, userId }: Asked, { things, teamField }: Words): Promise<Scope> {
  const caller = requireMaker(ctx)
  if (caller.kind === "run") return { evaluationId: caller.evaluationId }
  const teamId = team ? requireTeam(ctx, team) : undefined
  const isOther = userId && userId !== caller.userId
  if (isOther && !maySeeAll(ctx, teamId, caller.userId))
    throw new ServiceError("forbidden", `Only owners of a team may ask for other users' ${things}, and only with that ${teamField}`)
  return { teamId, userId: userId ?? (teamId ? undefined : caller.userId) }
}

/**
 * Whose things a request ends: of a team the caller's own, unless an owner asks for everybody's.
 * @throws ServiceError as `scopeOf`, and for everybody's without being owner of the team
 */
export async function scopeToEnd(ctx: Context, asked: Asked & { all: boolean | null | undefined }, words: Words): Promise<Scope> {
  const scope = await scopeOf(ctx, asked, words)
  const caller = requireMaker(ctx)
  if (caller.kind === "run") return scope
  if (!asked.all) return { ...scope, userId: scope.userId ?? caller.userId }
  if (!maySeeAll(ctx, scope.teamId, caller.userId))
    throw new ServiceError("forbidden", `all_users is for owners of a team, with that ${words.teamField}`)
  return scope
}

const maySeeAll = (ctx: Context, teamId: string | undefined, userId: string): boolean =>
  teamId !== undefined && may(ctx, { userId, teamId }, "manage")

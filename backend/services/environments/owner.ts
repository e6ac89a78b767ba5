import { ServiceError } from "../../base/errors.ts"
import { findTeamById, findTeamBySlug } from "../../store/identity/teams.ts"
import { findUser } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "../identity/may.ts"

/** Whom something is published for: nobody named is the caller. A slug other than the caller's own goes before the team's id. */
export interface OwnerChoice {
  slug: string | null
  teamId: string | null
}

/** Who will own it. @throws ServiceError for a team that the caller does not belong to, or a caller without a username */
export async function chosenOwner(ctx: Context, choice: OwnerChoice): Promise<{ userId: string; teamId: string | null; slug: string }> {
  const userId = requireUser(ctx)
  const user = await findUser(ctx.db, userId)
  const teamSlug = choice.slug === user?.slug ? null : choice.slug
  const named = teamSlug ?? choice.teamId
  const team = teamSlug ? await findTeamBySlug(ctx.db, teamSlug) : choice.teamId ? await findTeamById(ctx.db, choice.teamId) : null
  if (!team && named) throw new ServiceError("not_found", `There is no team ${JSON.stringify(named)}, or you are not a member of it`)
  if (team && !ctx.viewer.teamIds.includes(team.id))
    throw new ServiceError("forbidden", `You may not publish for the team ${JSON.stringify(named)}: you are not a member of it`)
  if (team) requireMay(ctx, { userId, teamId: team.id })
  if (team) return { userId, teamId: team.id, slug: team.slug }
  if (!user?.slug) throw new ServiceError("invalid", "Your account is missing a username: choose one before you publish")
  return { userId, teamId: null, slug: user.slug }
}

import type { CreateTeamRequest, PageQuery, Team, TeamMember } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { newTeamId } from "../../base/ids.ts"
import { findTeamBySlug, insertTeam, listMembers, listTeams as listRows } from "../../store/identity/teams.ts"
import { type Context, requireUser } from "../context.ts"
import { slugTaken } from "./update-slug.ts"

/** The id of the caller's team of that id or slug; null for a team that the caller is not a member of. */
export async function findOwnTeam(ctx: Context, idOrSlug: string): Promise<string | null> {
  if (ctx.viewer.teamIds.includes(idOrSlug)) return idOrSlug
  const id = (await findTeamBySlug(ctx.db, idOrSlug))?.id
  return id && ctx.viewer.teamIds.includes(id) ? id : null
}

/** @throws ServiceError when the caller is not a member of the team; there being no such team reads the same */
export function requireTeam(ctx: Context, teamId: string): string {
  if (ctx.viewer.teamIds.includes(teamId)) return teamId
  throw new ServiceError("forbidden", `You are not a member of the team ${JSON.stringify(teamId)}`)
}

/** Makes a team with the caller as its admin. */
export async function createTeam(ctx: Context, input: CreateTeamRequest): Promise<Team> {
  const team = await insertTeam(ctx.db, { id: newTeamId(), ...input }, requireUser(ctx))
  if (!team) throw slugTaken(input.slug)
  return { teamId: team.id, name: team.name, slug: team.slug, role: "ADMIN", createdAt: team.createdAt.toISOString() }
}

export async function listTeams(ctx: Context, page: PageQuery): Promise<{ data: Team[]; total_count: number }> {
  const { rows, total } = await listRows(ctx.db, requireUser(ctx), page)
  const data = rows.map(({ team, membership }) => ({
    teamId: team.id,
    name: team.name,
    slug: team.slug,
    role: membership.role,
    createdAt: team.createdAt.toISOString(),
  }))
  return { data, total_count: total }
}

export async function listTeamMembers(ctx: Context, teamId: string, page: PageQuery): Promise<{ data: TeamMember[]; total_count: number }> {
  requireUser(ctx)
  const { rows, total } = await listMembers(ctx.db, requireTeam(ctx, teamId), page)
  const data = rows.map(({ user, membership }) => ({
    userId: user.id,
    userName: user.name,
    userEmail: user.email,
    role: membership.role,
    joinedAt: membership.joinedAt.toISOString(),
  }))
  return { data, total_count: total }
}

import type { AccessRole, CreateTeamRequest, PageQuery, Team, TeamMember } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { newTeamId } from "../../base/ids.ts"
import { findTeamBySlug, insertTeam, listMembers, listTeams as listRows, type MemberRecord } from "../../store/identity/teams.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "./may.ts"
import { slugTaken } from "./update-slug.ts"

/** The id of the caller's team of that id or slug; null for a team that the caller is not a member of. */
export async function findOwnTeam(ctx: Context, idOrSlug: string): Promise<string | null> {
  if (ctx.viewer.teamIds.includes(idOrSlug)) return idOrSlug
  const id = (await findTeamBySlug(ctx.db, idOrSlug))?.id
  return id && ctx.viewer.teamIds.includes(id) ? id : null
}

/**
 * A team in which the caller may do what the endpoint is for.
 * @throws ServiceError when their role is too little, or they are not a member; there being no such team reads the same
 */
export function requireTeam(ctx: Context, teamId: string): string {
  requireMember(ctx, teamId)
  requireMay(ctx, { userId: requireUser(ctx), teamId })
  return teamId
}

/** @throws ServiceError when the caller is not a member of the team; there being no such team reads the same */
export function requireMember(ctx: Context, teamId: string): string {
  if (ctx.viewer.teamIds.includes(teamId)) return teamId
  throw new ServiceError("forbidden", `You are not a member of the team ${JSON.stringify(teamId)}`)
}

/** Makes a team with the caller as its owner. */
export async function createTeam(ctx: Context, input: CreateTeamRequest): Promise<Team> {
  const team = await ctx.db.transaction(async (tx) => {
    const made = await insertTeam(tx, { id: newTeamId(), ...input }, requireUser(ctx))
    if (made) await record(ctx, tx, { action: "team.create", target: { kind: "team", id: made.id, name: made.slug }, teamId: made.id })
    return made
  })
  if (!team) throw slugTaken(input.slug)
  return { teamId: team.id, name: team.name, slug: team.slug, ...toRole("owner"), createdAt: team.createdAt.toISOString() }
}

export async function listTeams(ctx: Context, page: PageQuery): Promise<{ data: Team[]; total_count: number }> {
  const { rows, total } = await listRows(ctx.db, requireUser(ctx), page)
  const data = rows.map(({ team, membership }) => ({
    teamId: team.id,
    name: team.name,
    slug: team.slug,
    ...toRole(membership.role),
    createdAt: team.createdAt.toISOString(),
  }))
  return { data, total_count: total }
}

export async function listTeamMembers(ctx: Context, teamId: string, page: PageQuery): Promise<{ data: TeamMember[]; total_count: number }> {
  requireUser(ctx)
  const { rows, total } = await listMembers(ctx.db, requireTeam(ctx, teamId), page)
  return { data: rows.map(toMember), total_count: total }
}

/** A member in the shape of the contract. */
export const toMember = ({ user, membership }: MemberRecord): TeamMember => ({
  userId: user.id,
  userName: user.name,
  userEmail: user.email,
  ...toRole(membership.role),
  from_directory: membership.fromDirectory,
  joinedAt: membership.joinedAt.toISOString(),
})

const toRole = (role: AccessRole) => ({ role: role === "owner" ? ("ADMIN" as const) : ("MEMBER" as const), access_role: role })

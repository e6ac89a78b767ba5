import type {
  CreateDirectoryTokenRequest,
  DirectoryGroup,
  DirectoryToken,
  MapDirectoryGroupRequest,
  NewDirectoryToken,
  PageQuery,
} from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { notFound } from "../../base/errors.ts"
import { newId, newToken } from "../../base/ids.ts"
import { findGroup, listGroups, updateGroup } from "../../store/directory/groups.ts"
import { lockDirectory } from "../../store/directory/people.ts"
import { type DirectoryTokenRecord, insertToken, listTokens, revokeToken } from "../../store/directory/tokens.ts"
import { findUser } from "../../store/identity/users.ts"
import { requireAdmin } from "../accounts/people.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"
import { directoryTokenPrefix } from "./directory.ts"
import { followTeam } from "./groups.ts"

const dayMs = 86_400_000
const shownCharacters = 8

const toToken = (row: Omit<DirectoryTokenRecord, "hash" | "madeBy">, maker: string): DirectoryToken => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  made_by: maker,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
})

/** What directories speak with: for admins of the platform. */
export async function listDirectoryTokens(ctx: Context, page: PageQuery): Promise<{ data: DirectoryToken[]; total_count: number }> {
  await requireAdmin(ctx)
  const { rows, total } = await listTokens(ctx.db, page)
  return { data: rows.map(({ token, maker }) => toToken(token, maker)), total_count: total }
}

/** Makes a token, which is in this answer only. It keeps people and groups, and opens nothing else. */
export async function createDirectoryToken(
  ctx: Context,
  { name, expires_in_days: days }: CreateDirectoryTokenRequest,
): Promise<NewDirectoryToken> {
  const madeBy = await requireAdmin(ctx)
  const value = newToken(directoryTokenPrefix)
  const expiresAt = typeof days === "number" ? new Date(Date.now() + days * dayMs) : null
  const row = { id: newId(), name, prefix: value.slice(0, shownCharacters), madeBy, expiresAt }
  await ctx.db.transaction(async (tx) => {
    await insertToken(tx, { ...row, hash: hashToken(value) })
    await record(ctx, tx, { action: "directory_token.create", target: { kind: "directory_token", ...row } })
  })
  const maker = (await findUser(ctx.db, madeBy))?.name ?? madeBy
  const url = new URL("/api/v1/scim/v2", ctx.config.publicUrl).href
  return { ...toToken({ ...row, createdAt: new Date(), lastUsedAt: null }, maker), value, url }
}

/** Ends a token: requests with it are refused from now on. */
export async function revokeDirectoryToken(ctx: Context, id: string): Promise<void> {
  await requireAdmin(ctx)
  await ctx.db.transaction(async (tx) => {
    const row = await revokeToken(tx, id)
    if (!row) throw notFound("token", id)
    await record(ctx, tx, { action: "directory_token.revoke", target: { kind: "directory_token", ...row } })
  })
}

/** Groups that directories keep: for admins of the platform. */
export async function listDirectoryGroups(ctx: Context, page: PageQuery): Promise<{ data: DirectoryGroup[]; total_count: number }> {
  await requireAdmin(ctx)
  const { rows, total } = await listGroups(ctx.db, {}, page)
  return { data: rows.map(toGroup), total_count: total }
}

/**
 * Gives the members of a group a role in a team, or takes it away again.
 * @throws ServiceError for whoever is no admin of the platform, or no owner of the team: admins do not let themselves into teams
 */
export async function mapDirectoryGroup(ctx: Context, id: string, { team_id, role }: MapDirectoryGroupRequest): Promise<DirectoryGroup> {
  await requireAdmin(ctx)
  const teamId = team_id === null ? null : requireTeam(ctx, team_id)
  return ctx.db.transaction(async (tx) => {
    await lockDirectory(tx)
    const group = await findGroup(tx, id)
    if (!group) throw notFound("group", id)
    await updateGroup(tx, id, { teamId, role })
    if (group.teamId !== teamId) await followTeam(tx, group.teamId)
    await followTeam(tx, teamId)
    const [row] = (await listGroups(tx, { id }, { offset: 0, limit: 1 })).rows
    const target = { kind: "directory_group", id, name: group.name }
    await record(ctx, tx, {
      action: "directory_group.map",
      target,
      teamId: teamId ?? group.teamId,
      details: teamId ? { role } : { team: null },
    })
    if (!row) throw notFound("group", id)
    return toGroup(row)
  })
}

const toGroup = ({ group, teamName, members }: Awaited<ReturnType<typeof listGroups>>["rows"][number]): DirectoryGroup => ({
  id: group.id,
  name: group.name,
  members,
  team_id: group.teamId,
  team_name: teamName,
  role: group.role,
  updated_at: group.updatedAt.toISOString(),
})

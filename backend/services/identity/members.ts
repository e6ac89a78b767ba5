import type { AccessRole, TeamMember } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import type { Db } from "../../store/db.ts"
import { deleteMember, findMember, lockOwners, type MemberRecord, setRole } from "../../store/identity/teams.ts"
import { signal } from "../../store/signals.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { requireScope } from "./may.ts"
import { requireMember, requireTeam, toMember } from "./teams.ts"

/** Changes what a member is. @throws ServiceError for somebody who is no member, and for the last owner */
export async function updateMember(ctx: Context, teamId: string, userId: string, role: AccessRole): Promise<TeamMember> {
  requireTeam(ctx, teamId)
  return ctx.db.transaction(async (tx) => {
    const { user, membership } = await lockMember(tx, teamId, userId, role === "owner" ? null : "The last owner of a team stays its owner")
    await setRole(tx, teamId, userId, role)
    await signal(tx, "access", userId)
    await record(ctx, tx, { action: "member.role", target: { kind: "user", id: userId, name: user.name }, teamId, details: { role } })
    return toMember({ user, membership: { ...membership, role } })
  })
}

/** Removes a member; what they made for the team stays with it. @throws ServiceError for somebody who is no member, and for the last owner */
export async function removeMember(ctx: Context, teamId: string, userId: string): Promise<void> {
  requireTeam(ctx, teamId)
  await remove(ctx, teamId, userId)
}

/** Takes the caller out of a team. @throws ServiceError for its last owner */
export async function leaveTeam(ctx: Context, teamId: string): Promise<string> {
  const userId = requireUser(ctx)
  requireScope(ctx, "write")
  await remove(ctx, requireMember(ctx, teamId), userId)
  return userId
}

const remove = (ctx: Context, teamId: string, userId: string): Promise<void> =>
  ctx.db.transaction(async (tx) => {
    const { user } = await lockMember(tx, teamId, userId, "The last owner cannot leave a team")
    await deleteMember(tx, teamId, userId)
    await signal(tx, "access", userId)
    await record(ctx, tx, { action: "member.remove", target: { kind: "user", id: userId, name: user.name }, teamId })
  })

/** @param refusal what the last owner is told; null where they stay one */
async function lockMember(tx: Db, teamId: string, userId: string, refusal: string | null): Promise<MemberRecord> {
  const owners = await lockOwners(tx, teamId)
  const member = await findMember(tx, teamId, userId)
  if (!member) throw notFound("member", userId)
  if (member.membership.fromDirectory)
    throw new ServiceError("conflict", `${member.user.name} is in this team by a group of the directory, and is changed there`)
  if (refusal && member.membership.role === "owner" && owners === 1)
    throw new ServiceError("conflict", `${refusal}: make another member an owner first`)
  return member
}

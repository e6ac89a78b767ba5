import { randomInt } from "node:crypto"
import { mayAct } from "../../../contract/access/roles.ts"
import { hashToken } from "../../base/crypto.ts"
import { newId } from "../../base/ids.ts"
import {
  addMember,
  findWaiting,
  type InvitationRecord,
  type NamedInvitation,
  noteInvitationUser,
  takeInvitation,
} from "../../store/accounts/invitations.ts"
import { insertPerson } from "../../store/accounts/people.ts"
import type { Db } from "../../store/db.ts"
import { listRoles } from "../../store/identity/teams.ts"
import { findUser, type UserRecord } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"

/** Who may invite: admins of the platform to it, owners of a team to the team. */
export async function mayInvite(db: Db, userId: string, teamId: string | null): Promise<boolean> {
  if (teamId === null) return (await findUser(db, userId))?.role === "ADMIN"
  const role = (await listRoles(db, userId))[teamId]
  return role !== undefined && mayAct(role, "manage")
}

/** The invitation behind a link; undefined when it was used or revoked, has expired, or whoever made it may not invite any more. */
export async function findOpenInvitation(db: Db, token: string): Promise<NamedInvitation | undefined> {
  const found = await findWaiting(db, hashToken(token))
  return found && (await mayInvite(db, found.invitation.invitedBy, found.invitation.teamId)) ? found : undefined
}

/** Uses an invitation up. @returns undefined as `findOpenInvitation`, and when another request was first */
export const takeOpenInvitation = async (tx: Db, token: string): Promise<InvitationRecord | undefined> =>
  (await findOpenInvitation(tx, token)) && takeInvitation(tx, hashToken(token))

/** Makes what an invitation promised: a place in its team, where it has one. */
export async function join(tx: Db, invitation: InvitationRecord, userId: string): Promise<void> {
  await noteInvitationUser(tx, invitation.id, userId)
  const { teamId, role } = invitation
  if (!teamId || !role) return
  await addMember(tx, teamId, userId, role)
  await record({ caller: { kind: "user", userId } }, tx, {
    action: "member.add",
    target: { kind: "team", id: teamId },
    teamId,
    details: { role },
  })
}

/** A new person, with a username made of the address; undefined when another person has the address. */
export const newPerson = (tx: Db, name: string, email: string): Promise<UserRecord | undefined> =>
  insertPerson(tx, { id: newId(), name, email }, usernames(email))

/** What stands before the @, and the same with a number behind it. */
function* usernames(email: string): Generator<string> {
  const start = (email.split("@")[0] ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 24)
  const base = start.length >= 3 ? start : `user-${start}`.replace(/-$/, "")
  yield base
  for (let i = 0; i < 20; i++) yield `${base}-${randomInt(2, 10_000)}`
}

import { randomInt } from "node:crypto"
import { newId } from "../../base/ids.ts"
import { addMember, type InvitationRecord, noteInvitationUser } from "../../store/accounts/invitations.ts"
import { insertPerson } from "../../store/accounts/people.ts"
import type { Db } from "../../store/db.ts"
import type { UserRecord } from "../../store/identity/users.ts"

/** Makes what an invitation promised: a place in its team, where it has one. */
export async function join(tx: Db, invitation: InvitationRecord, userId: string): Promise<void> {
  await noteInvitationUser(tx, invitation.id, userId)
  if (invitation.teamId && invitation.role) await addMember(tx, invitation.teamId, userId, invitation.role)
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

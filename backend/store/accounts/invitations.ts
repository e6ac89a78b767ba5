import { and, count, desc, eq, gt, isNull, sql } from "drizzle-orm"
import type { AccessRole } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { invitations, memberships, teams, users } from "../schema.ts"

export const invitationFields = {
  id: invitations.id,
  tokenHash: invitations.tokenHash,
  email: invitations.email,
  teamId: invitations.teamId,
  role: invitations.role,
  invitedBy: invitations.invitedBy,
  createdAt: invitations.createdAt,
  expiresAt: invitations.expiresAt,
  usedAt: invitations.usedAt,
  usedBy: invitations.usedBy,
}

/** A link with which a person makes an account or joins a team. */
export type InvitationRecord = Selected<typeof invitationFields>
/** With the names that people know it by. */
export interface NamedInvitation {
  invitation: InvitationRecord
  teamName: string | null
  inviter: string
}

const named = (db: Db) =>
  db
    .select({ invitation: invitationFields, teamName: teams.name, inviter: users.name })
    .from(invitations)
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .leftJoin(teams, eq(teams.id, invitations.teamId))

const waits = and(isNull(invitations.usedAt), gt(invitations.expiresAt, sql`now()`))

export async function insertInvitation(db: Db, values: NewOf<typeof invitationFields>): Promise<void> {
  await db.insert(invitations).values(toRow(invitations, invitationFields, values))
}

/** How many of a person's invitations wait. */
export const countWaiting = (db: Db, userId: string): Promise<number> =>
  db.$count(invitations, and(eq(invitations.invitedBy, userId), waits))

/** Invitations to a team, or all, newest first. */
export async function listInvitations(
  db: Db,
  teamId: string | null,
  page: { offset: number; limit: number },
): Promise<{ rows: NamedInvitation[]; total: number }> {
  const where = teamId === null ? undefined : eq(invitations.teamId, teamId)
  const rows = await named(db).where(where).orderBy(desc(invitations.createdAt), desc(invitations.id)).limit(page.limit).offset(page.offset)
  const [total] = await db.select({ count: count() }).from(invitations).where(where)
  return { rows, total: total?.count ?? 0 }
}

export async function findInvitation(db: Db, id: string): Promise<InvitationRecord | undefined> {
  return (await db.select(invitationFields).from(invitations).where(eq(invitations.id, id)))[0]
}

/** The invitation with this token, while it waits. */
export async function findWaiting(db: Db, tokenHash: string): Promise<NamedInvitation | undefined> {
  return (await named(db).where(and(eq(invitations.tokenHash, tokenHash), waits)))[0]
}

/** Uses an invitation up. @returns undefined when another request was first */
export async function takeInvitation(db: Db, tokenHash: string): Promise<InvitationRecord | undefined> {
  const [row] = await db
    .update(invitations)
    .set({ usedAt: sql`now()` })
    .where(and(eq(invitations.tokenHash, tokenHash), waits))
    .returning(invitationFields)
  return row
}

/** Keeps who used an invitation. */
export async function noteInvitationUser(db: Db, id: string, userId: string): Promise<void> {
  await db.update(invitations).set({ usedBy: userId }).where(eq(invitations.id, id))
}

/** Revokes an invitation that was not used. @returns whether there was one */
export async function deleteInvitation(db: Db, id: string): Promise<boolean> {
  return (
    (
      await db
        .delete(invitations)
        .where(and(eq(invitations.id, id), isNull(invitations.usedAt)))
        .returning({ id: invitations.id })
    ).length > 0
  )
}

/** Whether this person came by an invitation to this address. */
export async function wasInvitedAs(db: Db, userId: string, email: string): Promise<boolean> {
  const where = and(eq(invitations.usedBy, userId), eq(invitations.email, email))
  return (await db.select({ id: invitations.id }).from(invitations).where(where).limit(1)).length > 0
}

/** Puts a person into a team; whoever is in it stays what they are. */
export async function addMember(db: Db, teamId: string, userId: string, role: AccessRole): Promise<void> {
  await db.insert(memberships).values({ teamId, userId, role }).onConflictDoNothing()
}

import { and, asc, count, eq, inArray, isNull, or, type SQL } from "drizzle-orm"
import { rolesFor } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { unlessTaken } from "../db.ts"
import { toRow } from "../fields.ts"
import { memberships, sshKeys, users } from "../schema.ts"
import { type NewSshKey, type SshKeyRecord, sshKeyFields } from "./instance.ts"

/** Whose keys: a person's own, or those that a run added. */
export interface KeyOwner {
  userId: string
  evaluationId: string | null
}

const ownedBy = ({ userId, evaluationId }: KeyOwner): SQL | undefined =>
  and(eq(sshKeys.userId, userId), evaluationId === null ? isNull(sshKeys.evaluationId) : eq(sshKeys.evaluationId, evaluationId))

/** Stores a key. @returns undefined when the owner has it already */
export async function insertSshKey(db: Db, values: NewSshKey): Promise<SshKeyRecord | undefined> {
  const stored = await unlessTaken(
    db
      .insert(sshKeys)
      .values(toRow(sshKeys, sshKeyFields, values))
      .returning(sshKeyFields),
  )
  return stored?.[0]
}

export const countSshKeys = async (db: Db, owner: KeyOwner): Promise<number> =>
  (await db.select({ count: count() }).from(sshKeys).where(ownedBy(owner)))[0]?.count ?? 0

/** Keys of an owner, the first added first. */
export async function listSshKeys(
  db: Db,
  owner: KeyOwner,
  page: { offset: number; limit: number },
): Promise<{ rows: SshKeyRecord[]; total: number }> {
  const rows = await db
    .select(sshKeyFields)
    .from(sshKeys)
    .where(ownedBy(owner))
    .orderBy(asc(sshKeys.createdAt), asc(sshKeys.id))
    .limit(page.limit)
    .offset(page.offset)
  return { rows, total: await countSshKeys(db, owner) }
}

/** @returns the key that is gone; undefined when the owner has none of that id */
export async function deleteSshKey(db: Db, owner: KeyOwner, id: string): Promise<SshKeyRecord | undefined> {
  return (
    await db
      .delete(sshKeys)
      .where(and(ownedBy(owner), eq(sshKeys.id, id)))
      .returning(sshKeyFields)
  )[0]
}

/** Takes away the keys that a run added. */
export async function deleteRunSshKeys(db: Db, evaluationId: string): Promise<void> {
  await db.delete(sshKeys).where(eq(sshKeys.evaluationId, evaluationId))
}

/**
 * Keys of a fingerprint that open an instance: its maker's for one of their own, those of members whose role is enough to run things for a team's, and
 * what the run added that made it. Who may do nothing here any more opens nothing.
 */
export async function listDoorKeys(
  db: Db,
  instance: { userId: string; teamId: string | null; evaluationId: string | null },
  fingerprint: string,
): Promise<SshKeyRecord[]> {
  const { userId, teamId, evaluationId } = instance
  const members = db
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.teamId, teamId ?? ""), inArray(memberships.role, rolesFor("run"))))
  const ofPeople = and(isNull(sshKeys.evaluationId), teamId === null ? eq(sshKeys.userId, userId) : inArray(sshKeys.userId, members))
  return db
    .select(sshKeyFields)
    .from(sshKeys)
    .innerJoin(users, eq(users.id, sshKeys.userId))
    .where(
      and(
        eq(sshKeys.fingerprint, fingerprint),
        isNull(users.switchedOffAt),
        evaluationId === null ? ofPeople : or(ofPeople, eq(sshKeys.evaluationId, evaluationId)),
      ),
    )
}

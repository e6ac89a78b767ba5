import { and, asc, count, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm"
import { type Db, unlessTaken } from "../db.ts"
import { toRow } from "../fields.ts"
import { secrets } from "../schema.ts"
import type { Viewer } from "../viewer.ts"
import type { Changes, NewSecret, SecretRecord } from "./secret.ts"
import { secretFields } from "./secret.ts"

const personal = (userId: string): SQL => and(eq(secrets.userId, userId), isNull(secrets.teamId)) as SQL

/** Secrets of a user or of a team, by name. */
export async function listSecrets(
  db: Db,
  owner: { userId: string; teamId: string | null },
  page: { offset: number; limit: number },
): Promise<{ rows: SecretRecord[]; total: number }> {
  const where = owner.teamId ? eq(secrets.teamId, owner.teamId) : personal(owner.userId)
  const rows = await db.select(secretFields).from(secrets).where(where).orderBy(asc(secrets.name)).limit(page.limit).offset(page.offset)
  const [total] = await db.select({ count: count() }).from(secrets).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** One secret that the viewer owns, alone or through a team. */
export async function findSecret(db: Db, viewer: Viewer, id: string): Promise<SecretRecord | undefined> {
  const owned = or(
    viewer.userId === null ? sql`false` : personal(viewer.userId),
    viewer.teamIds.length === 0 ? sql`false` : inArray(secrets.teamId, viewer.teamIds),
  )
  return (
    await db
      .select(secretFields)
      .from(secrets)
      .where(and(eq(secrets.id, id), owned))
  )[0]
}

/** Stores a secret; undefined when its owner has one of that name. */
export async function insertSecret(db: Db, values: NewSecret): Promise<SecretRecord | undefined> {
  return (
    await db
      .insert(secrets)
      .values(toRow(secrets, secretFields, values))
      .onConflictDoNothing()
      .returning(secretFields)
  )[0]
}

/** Changes a secret; undefined when its owner has another one of the new name. */
export async function updateSecret(db: Db, id: string, changes: Changes<SecretRecord>): Promise<SecretRecord | undefined> {
  const rows = await unlessTaken(
    db
      .update(secrets)
      .set({ ...toRow(secrets, secretFields, changes), updatedAt: sql`now()` })
      .where(eq(secrets.id, id))
      .returning(secretFields),
  )
  return rows?.[0]
}

/** Deletes a secret, and with it its links. */
export async function deleteSecret(db: Db, id: string): Promise<void> {
  await db.delete(secrets).where(eq(secrets.id, id))
}

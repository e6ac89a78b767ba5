import { and, desc, eq, isNull, sql } from "drizzle-orm"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { apiKeys } from "../schema.ts"

export const apiKeyFields = {
  id: apiKeys.id,
  userId: apiKeys.userId,
  name: apiKeys.name,
  hash: apiKeys.hash,
  prefix: apiKeys.prefix,
  createdAt: apiKeys.createdAt,
  revokedAt: apiKeys.revokedAt,
}

/** An API key, without the key itself. */
export type ApiKeyRecord = Selected<typeof apiKeyFields>
export type NewApiKey = NewOf<typeof apiKeyFields>

export async function ensureApiKey(db: Db, userId: string, hash: string, prefix: string): Promise<void> {
  await db.insert(apiKeys).values({ id: newId(), userId, name: "first key", hash, prefix }).onConflictDoNothing()
}

export async function findUserIdByKeyHash(db: Db, hash: string): Promise<string | undefined> {
  const [row] = await db
    .select({ userId: apiKeys.userId })
    .from(apiKeys)
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)))
  return row?.userId
}

/** A user's keys that work, newest first. */
export async function listApiKeys(db: Db, userId: string): Promise<ApiKeyRecord[]> {
  return db
    .select(apiKeyFields)
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
}

export async function insertApiKey(db: Db, values: NewApiKey): Promise<ApiKeyRecord> {
  return (
    await db
      .insert(apiKeys)
      .values(toRow(apiKeys, apiKeyFields, values))
      .returning(apiKeyFields)
  )[0] as ApiKeyRecord
}

/** Ends a key of this user; undefined when there is none of that id that works. */
export async function revokeApiKey(db: Db, userId: string, id: string): Promise<ApiKeyRecord | undefined> {
  const [row] = await db
    .update(apiKeys)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
    .returning(apiKeyFields)
  return row
}

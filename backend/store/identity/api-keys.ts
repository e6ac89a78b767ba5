import { and, desc, eq, isNull, lt, or, sql } from "drizzle-orm"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { prepared } from "../prepared.ts"
import { apiKeys, users } from "../schema.ts"
import { type Roles, rolesOf } from "./teams.ts"

export const apiKeyFields = {
  id: apiKeys.id,
  userId: apiKeys.userId,
  name: apiKeys.name,
  hash: apiKeys.hash,
  prefix: apiKeys.prefix,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  revokedAt: apiKeys.revokedAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
}

/** An API key, without the key itself. */
export type ApiKeyRecord = Selected<typeof apiKeyFields>
export type NewApiKey = NewOf<typeof apiKeyFields>

export async function ensureApiKey(db: Db, userId: string, hash: string, prefix: string): Promise<void> {
  await db.insert(apiKeys).values({ id: newId(), userId, name: "first key", hash, prefix }).onConflictDoNothing()
}

const keyByHash = prepared("key_by_hash", (db, name) =>
  db
    .select({ ...apiKeyFields, switchedOffAt: users.switchedOffAt, roles: rolesOf(apiKeys.userId) })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(eq(apiKeys.hash, sql.placeholder("hash")), isNull(apiKeys.revokedAt)))
    .prepare(name),
)

/** The key of that hash with its user's roles, also one that has expired; undefined when it was revoked or never was. */
export async function findKeyByHash(
  db: Db,
  hash: string,
): Promise<(ApiKeyRecord & { switchedOffAt: Date | null; roles: Roles }) | undefined> {
  return (await keyByHash(db).execute({ hash }))[0]
}

/** Remembers that a key is used, unless another request has within the last minute. */
export async function noteKeyUsed(db: Db, id: string): Promise<void> {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, sql`now() - interval '1 minute'`))))
}

/** A user's keys that were not revoked, newest first. */
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

import type { ApiKey, NewApiKey } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { notFound } from "../../base/errors.ts"
import { newId, newToken } from "../../base/ids.ts"
import type { Db } from "../../store/db.ts"
import { type ApiKeyRecord, insertApiKey, listApiKeys as listRows, revokeApiKey as revokeRow } from "../../store/identity/api-keys.ts"
import { type Context, requireUser } from "../context.ts"

const shownCharacters = 6

const toApiKey = (row: ApiKeyRecord): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  created_at: row.createdAt.toISOString(),
})

/** A new key of a user. Only its hash is stored: the value is gone when the caller drops it. */
export async function mintApiKey(db: Db, userId: string, name: string): Promise<NewApiKey> {
  const value = newToken("he_")
  const row = await insertApiKey(db, { id: newId(), userId, name, hash: hashToken(value), prefix: value.slice(0, shownCharacters) })
  return { ...toApiKey(row), value }
}

export const createApiKey = (ctx: Context, name: string): Promise<NewApiKey> => mintApiKey(ctx.db, requireUser(ctx), name)

export async function listApiKeys(ctx: Context): Promise<ApiKey[]> {
  return (await listRows(ctx.db, requireUser(ctx))).map(toApiKey)
}

/** Ends one of the caller's keys; requests with it are refused from now on. */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKey> {
  const row = await revokeRow(ctx.db, requireUser(ctx), id)
  if (!row) throw notFound("API key", id)
  return toApiKey(row)
}

import { type ApiKey, type CreateApiKeyRequest, type KeyScope, keyScopes, type NewApiKey } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { newId, newToken } from "../../base/ids.ts"
import type { Db } from "../../store/db.ts"
import { type ApiKeyRecord, insertApiKey, listApiKeys as listRows, revokeApiKey as revokeRow } from "../../store/identity/api-keys.ts"
import { signal } from "../../store/signals.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"

const shownCharacters = 6
const dayMs = 86_400_000

const toApiKey = (row: ApiKeyRecord): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  created_at: row.createdAt.toISOString(),
  scopes: row.scopes,
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
})

/** A new key of a user. Only its hash is stored: the value is gone when the caller drops it. */
export async function mintApiKey(
  db: Db,
  userId: string,
  { name, scopes, expiresAt }: { name: string; scopes: readonly KeyScope[]; expiresAt: Date | null },
): Promise<NewApiKey> {
  const value = newToken("he_")
  const row = await insertApiKey(db, {
    id: newId(),
    userId,
    name,
    hash: hashToken(value),
    prefix: value.slice(0, shownCharacters),
    scopes: keyScopes.filter((scope) => scopes.includes(scope)),
    expiresAt,
  })
  return { ...toApiKey(row), value }
}

/** @throws ServiceError when the caller's own key may do less than the new one could */
export async function createApiKey(ctx: Context, { name, scopes, expires_in_days: days }: CreateApiKeyRequest): Promise<NewApiKey> {
  requireScopes(ctx, scopes)
  const expiresAt = typeof days === "number" ? new Date(Date.now() + days * dayMs) : null
  return ctx.db.transaction(async (tx) => {
    const key = await mintApiKey(tx, requireUser(ctx), { name, scopes, expiresAt })
    await record(ctx, tx, { action: "api_key.create", target: { kind: "api_key", ...key } })
    return key
  })
}

/** Refuses a key that would make one which may do more than it. @throws ServiceError */
export function requireScopes({ caller }: Context, scopes: readonly KeyScope[]): void {
  const missing = caller.kind === "user" ? scopes.filter((scope) => !caller.scopes.includes(scope)) : []
  if (missing.length > 0)
    throw new ServiceError("forbidden", `This API key may not make one for ${missing.join(", ")}, which it may not do itself`)
}

export async function listApiKeys(ctx: Context): Promise<ApiKey[]> {
  return (await listRows(ctx.db, requireUser(ctx))).map(toApiKey)
}

/** Ends one of the caller's keys: requests with it are refused from now on, and event streams end. */
export async function revokeApiKey(ctx: Context, id: string): Promise<ApiKey> {
  const userId = requireUser(ctx)
  return ctx.db.transaction(async (tx) => {
    const row = await revokeRow(tx, userId, id)
    if (!row) throw notFound("API key", id)
    await record(ctx, tx, { action: "api_key.revoke", target: { kind: "api_key", ...row } })
    await signal(tx, "access", userId)
    return toApiKey(row)
  })
}

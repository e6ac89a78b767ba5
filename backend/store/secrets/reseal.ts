import {
  attemptOrderContext,
  attemptSecretsContext,
  channelContext,
  decrypt,
  encrypt,
  environmentSecretContext,
  letterContext,
  platformKeyContext,
  providerKeyContext,
  runSecretsContext,
  sandboxSecretsContext,
  secretContext,
  shareContext,
  spooledContext,
} from "../../base/crypto.ts"
import { withClient } from "../db.ts"

/** Every column that holds something encrypted, and how its context is made from the row's key. */
const encryptedColumns = [
  { table: "secrets", key: "id", column: "sealed", context: secretContext },
  { table: "environment_secrets", key: "id", column: "sealed", context: environmentSecretContext },
  { table: "notification_channels", key: "id", column: "sealed", context: channelContext },
  { table: "outbox", key: "id", column: "sealed_letter", context: letterContext },
  { table: "platform_keys", key: "name", column: "sealed", context: platformKeyContext },
  { table: "providers", key: "id", column: "sealed_key", context: providerKeyContext },
  { table: "remote_attempts", key: "id", column: "sealed_order", context: attemptOrderContext },
  { table: "remote_spool", key: "place", column: "sealed_lines", context: spooledContext },
  { table: "run_secrets", key: "evaluation_id", column: "sealed", context: runSecretsContext },
  { table: "run_secrets", key: "evaluation_id", column: "sealed_attempt", context: attemptSecretsContext },
  { table: "run_shares", key: "id", column: "sealed_token", context: shareContext },
  { table: "sandboxes", key: "id", column: "sealed_secrets", context: sandboxSecretsContext },
] as const

/**
 * Encrypts with the new key whatever the old one encrypted, all of it or nothing. Doing it twice does no harm.
 * @returns how many values were re-encrypted
 * @throws Error that names the row when neither key opens one
 */
export async function resealSecrets(url: string, oldKey: Buffer, newKey: Buffer): Promise<number> {
  return withClient(url, async (client) => {
    let count = 0
    await client.query("begin")
    for (const { table, key, column, context } of encryptedColumns) {
      const { rows } = await client.query<{ id: string; sealed: Buffer }>(
        `select ${key} as id, ${column} as sealed from ${table} where ${column} is not null for update`,
      )
      for (const { id, sealed } of rows) {
        if (opens(newKey, sealed, context(id)) !== null) continue
        const value = opens(oldKey, sealed, context(id))
        if (value === null) throw new Error(`Neither SECRET_KEY nor SECRET_KEY_OLD opens ${column} of ${table} ${id}: nothing was changed`)
        await client.query(`update ${table} set ${column} = $1 where ${key} = $2`, [encrypt(newKey, value, context(id)), id])
        count++
      }
    }
    await client.query("commit")
    return count
  })
}

function opens(key: Buffer, sealed: Buffer, context: string): string | null {
  try {
    return decrypt(key, sealed, context)
  } catch {
    return null
  }
}

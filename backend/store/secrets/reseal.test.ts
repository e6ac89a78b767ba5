import { expect, test } from "vitest"
import { decrypt, environmentSecretContext, secretContext } from "../../base/crypto.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { resealSecrets } from "./reseal.ts"

const platform = testPlatform()
const newKey = Buffer.alloc(32, 7)

test("after a change of the key every secret opens with the new one only, and a wrong old key changes nothing", async () => {
  const { config, database, call } = platform()
  const environment = await publishEnvironment(platform(), "sealed", echoEnvironment())
  const own = (await call("POST", `/environmentshub/${environment}/secrets`, { name: "OWN", value: "own value" })).body.data.id
  const shared = (await call("POST", "/secrets/", { name: "SHARED", value: "shared value" })).body.data.id
  const sealedOf = async (table: string, id: string): Promise<Buffer> =>
    (await database.pool.query(`select sealed from ${table} where id = $1`, [id])).rows[0].sealed

  await expect(resealSecrets(config.databaseUrl, Buffer.alloc(32, 1), newKey)).rejects.toThrow(
    /opens sealed of secrets .*nothing was changed/,
  )
  expect(decrypt(config.secretKey, await sealedOf("secrets", shared), secretContext(shared))).toBe("shared value")

  expect(await resealSecrets(config.databaseUrl, config.secretKey, newKey)).toBe(2)
  expect(decrypt(newKey, await sealedOf("secrets", shared), secretContext(shared))).toBe("shared value")
  expect(decrypt(newKey, await sealedOf("environment_secrets", own), environmentSecretContext(own))).toBe("own value")
  const sealed = await sealedOf("secrets", shared)
  expect(() => decrypt(config.secretKey, sealed, secretContext(shared))).toThrow()
  expect(await resealSecrets(config.databaseUrl, config.secretKey, newKey)).toBe(0)
})

test("every encrypted column of the database is re-encrypted", async () => {
  const { rows } = await platform().database.pool.query(
    "select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and data_type = 'bytea' order by 1",
  )
  const stored = new Set(["episodes.frame", "sample_nodes.bytes", "trace_parts.bytes"])
  expect(rows.map((row) => row.name).filter((name) => !stored.has(name))).toEqual([
    "environment_secrets.sealed",
    "notification_channels.sealed",
    "outbox.sealed_letter",
    "platform_keys.sealed",
    "providers.sealed_key",
    "remote_attempts.sealed_order",
    "remote_spool.sealed_lines",
    "run_secrets.sealed",
    "run_secrets.sealed_attempt",
    "run_shares.sealed_token",
    "sandboxes.sealed_secrets",
    "secrets.sealed",
  ])
})

import { createHash, randomBytes } from "node:crypto"
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import { gunzipSync, gzipSync } from "node:zlib"
import { afterAll, beforeAll, expect, test } from "vitest"
import { CreateEvaluationRequest, CreateSecretRequest, CreateShareRequest } from "../../../contract/index.ts"
import { type Config, readConfig } from "../../base/config.ts"
import { encrypt, environmentSecretContext, runSecretsContext, secretContext } from "../../base/crypto.ts"
import { openFiles } from "../../base/open-files.ts"
import { createPlatform } from "../../platform.ts"
import { publishFolder } from "../../seed.ts"
import { withClient } from "../../store/db.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { createFilledDatabase } from "../../testing/filled-database.ts"
import { line } from "../../testing/log-line.ts"
import { createDatabase, createMigratedDatabase, dropDatabase } from "../../testing/template-database.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { contextOfUser } from "../identity/identify-caller.ts"
import { createSecret } from "../secrets/global-secrets.ts"
import { createShare, readShares } from "../shares/shares.ts"
import { restoreBackup } from "./restore-backup.ts"
import { writeBackup } from "./write-backup.ts"

const databases: string[] = []
let folder = ""
let filled: Config
let archive = ""
let sharedRun = ""
let shareUrl = ""

function configOf(databaseUrl: string, name: string, more: Record<string, string> = {}): Config {
  const env = { DATABASE_URL: databaseUrl, DATA_DIR: path.join(folder, name), SECRET_KEY: "0f".repeat(32), LOG_LEVEL: "silent", ...more }
  return readConfig({
    ...env,
    API_KEY: "he_key_of_a_backup_test",
    ...(process.env.UV ? { UV: process.env.UV } : {}),
    ...(process.env.PYTHON_BASE ? { PYTHON_BASE: process.env.PYTHON_BASE } : {}),
  } as unknown as NodeJS.ProcessEnv)
}

/** A place to restore onto. */
async function emptyPlace(name: string, more: Record<string, string> = {}): Promise<Config> {
  const made = await createDatabase("he_restore")
  databases.push(made.name)
  return configOf(made.url, name, more)
}

/** Every table with its number of rows and a hash of all of them, and every file with its hash. */
async function contentOf(config: Config) {
  const tables = await withClient(config.databaseUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public' order by 1")
    const found: Record<string, { rows: number; hash: string }> = {}
    for (const { name } of rows) {
      const { rows: sums } = await client.query(
        `select count(*)::int as rows, md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) as hash from ${name} t`,
      )
      found[name] = sums[0]
    }
    return found
  })
  const files: Record<string, string> = {}
  const kept = openFiles(config)
  for await (const key of kept.list())
    files[key] = createHash("sha256")
      .update(await buffer(await kept.read(key)))
      .digest("hex")
  return { tables, files }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "he-backup-"))
  const made = await createFilledDatabase("he_filled")
  databases.push(made.name)
  filled = configOf(made.url, "filled")
  const seal = (value: string, context: string) => encrypt(filled.secretKey, value, context)
  await withClient(made.url, async (client) => {
    await client.query("update secrets set sealed = $1", [seal("shared", secretContext("secret_1"))])
    await client.query("update environment_secrets set sealed = $1", [seal("own", environmentSecretContext("secret_2"))])
    await client.query("update run_secrets set sealed = $1", [seal("{}", runSecretsContext("run_pending"))])
  })
  const platform = createPlatform(filled, "test")
  await platform.ownerId()
  const ctx = await contextOfUser(platform.services, "user_alice", "manage")
  await publishFolder(platform, path.join(filled.root, "environments", "number_hunt"))
  const { id } = await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "large", run_id: "r", model_name: "lab/model" }))
  // More than one part of the archive, of what compresses badly, with characters that COPY escapes.
  for (let batch = 0; batch < 3; batch++)
    await pushSamples(
      ctx,
      id,
      Array.from({ length: 50 }, (_, n) => ({
        example_id: `${batch}-${n}`,
        reward: n / 50,
        prompt: `tab\t newline\n backslash \\ é`,
        completion: randomBytes(25_000).toString("base64"),
      })),
    )
  await appendLogLines(ctx.db, id, 0, [line("started"), line("done")])
  shareUrl = (await createShare(ctx, id, CreateShareRequest.parse({}))).url
  sharedRun = id
  await createSecret(ctx, CreateSecretRequest.parse({ name: "TOKEN", value: "hush-hush" }))
  await platform.close()
  await openFiles(filled).put("evaluations/run_completed/files.zip", Readable.from([randomBytes(100_000)]))
  archive = path.join(folder, "all.backup")
  await writeBackup(filled, openFiles(filled), archive)
})

afterAll(async () => {
  for (const name of databases) await dropDatabase(name)
  await rm(folder, { recursive: true, force: true })
})

test("a filled platform comes back on an empty one as it was: every row of every table, and every file", async () => {
  const before = await contentOf(filled)
  expect(before.tables.samples?.rows).toBeGreaterThan(150)
  expect(Object.keys(before.files).length).toBeGreaterThanOrEqual(3)
  const place = await emptyPlace("empty")
  const size = await restoreBackup(place, openFiles(place), archive, { replace: false, oldKey: null })
  const after = await contentOf(place)
  expect(after).toEqual(before)
  expect(size).toEqual({
    rows: Object.values(before.tables).reduce((sum, { rows }) => sum + rows, 0),
    files: Object.keys(before.files).length,
  })
  const shape = (config: Config) =>
    withClient(config.databaseUrl, async (client) => [
      (
        await client.query(
          "select conrelid::regclass::text as t, conname, pg_get_constraintdef(oid) as d from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2",
        )
      ).rows,
      (await client.query("select indexdef from pg_indexes where schemaname = 'public' order by 1")).rows,
      (await client.query("select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1")).rows,
      (await client.query("select hash, created_at from drizzle.__drizzle_migrations order by created_at")).rows,
    ])
  expect(await shape(place)).toEqual(await shape(filled))

  const restored = createPlatform(place, "test")
  const ctx = await contextOfUser(restored.services, "user_alice", "manage")
  expect((await readShares(ctx, sharedRun)).shares.map(({ url }) => url)).toEqual([shareUrl])
  await restored.close()
})

test("a filled platform is replaced only when that is said, and not while it runs", async () => {
  const made = await createMigratedDatabase()
  databases.push(made.name)
  const place = configOf(made.url, "filled-too")
  const platform = createPlatform(place, "test")
  await platform.ownerId()
  await platform.services.files.put("environments/own/wheel.whl", Readable.from([Buffer.from("own")]))
  const restore = (replace: boolean) => restoreBackup(place, openFiles(place), archive, { replace, oldKey: null })
  await expect(restore(true)).rejects.toThrow("stop the platform first")
  await platform.close()
  const before = await contentOf(place)
  await expect(restore(false)).rejects.toThrow("--replace")
  expect(await contentOf(place)).toEqual(before)
  await restore(true)
  expect(await contentOf(place)).toEqual(await contentOf(filled))
})

test("secrets open with the key of the backup alone; a platform with another key encrypts them again", async () => {
  const place = await emptyPlace("other-key", { SECRET_KEY: "ab".repeat(32) })
  await expect(restoreBackup(place, openFiles(place), archive, { replace: false, oldKey: null })).rejects.toThrow("another SECRET_KEY")
  await expect(restoreBackup(place, openFiles(place), archive, { replace: false, oldKey: Buffer.alloc(32) })).rejects.toThrow(
    "SECRET_KEY_OLD",
  )
  await restoreBackup(place, openFiles(place), archive, { replace: false, oldKey: Buffer.from("0f".repeat(32), "hex") })
  const platform = createPlatform(place, "test")
  const ctx = await contextOfUser(platform.services, "user_alice", "manage")
  expect((await readShares(ctx, sharedRun)).shares.map(({ url }) => url)).toEqual([shareUrl])
  await platform.close()
})

test("a backup that is cut off or changed is refused before anything is touched, and a name that is taken is not overwritten", async () => {
  const place = await emptyPlace("damaged")
  const restore = (file: string) => restoreBackup(place, openFiles(place), file, { replace: false, oldKey: null })
  const bytes = await readFile(archive)
  const cut = path.join(folder, "cut.backup")
  await writeFile(cut, bytes.subarray(0, bytes.length - 2000))
  await expect(restore(cut)).rejects.toThrow("cannot be read as a backup")

  const plain = gunzipSync(bytes)
  const withoutEnd = path.join(folder, "no-end.backup")
  await writeFile(withoutEnd, gzipSync(Buffer.concat([plain.subarray(0, plain.indexOf("end.json")), Buffer.alloc(1024)])))
  await expect(restore(withoutEnd)).rejects.toThrow("broken off")

  const changed = path.join(folder, "changed.backup")
  const at = plain.indexOf("alice@example.com")
  expect(at).toBeGreaterThan(0)
  plain.write("mallo", at)
  await writeFile(changed, gzipSync(plain))
  await expect(restore(changed)).rejects.toThrow("table users is not what was written")
  await expect(restore(path.join(folder, "nothing.backup"))).rejects.toThrow("cannot be read")
  expect((await contentOf(place)).tables).toEqual({})

  const taken = path.join(folder, "taken.backup")
  await copyFile(archive, taken)
  await expect(writeBackup(filled, openFiles(filled), taken)).rejects.toThrow("is there already")
  expect((await stat(archive)).mode & 0o077).toBe(0)
})

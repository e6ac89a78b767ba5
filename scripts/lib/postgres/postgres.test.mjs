import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { afterAll, expect, test } from "vitest"
import { startPostgres } from "./postgres.mjs"

const dataDir = mkdtempSync(join(tmpdir(), "he-postgres-"))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

test("starts, is adopted while it runs, and keeps its data", { timeout: 30_000 }, async () => {
  const first = await startPostgres({ dataDir })
  expect(first.adopted).toBe(false)
  const client = new pg.Client({ connectionString: first.url })
  await client.connect()
  // The builtin locale: case-insensitive search beyond ASCII, which plain C does not have.
  const { rows } = await client.query("select 'É' ilike 'é' as same, current_database() as database, current_setting('fsync') as fsync")
  expect(rows[0]).toEqual({ same: true, database: "hosted_evals", fsync: "on" })
  await client.query("create table kept (id int)")
  await client.end()

  const second = await startPostgres({ dataDir })
  expect(second).toMatchObject({ adopted: true, url: first.url })
  expect(readdirSync(join(dataDir, "postgres")).sort()).toEqual(["owner", "pg18"])
  await first.stop()
  expect(second.alive()).toBe(false)

  // What a full disk or a power cut leaves.
  writeFileSync(join(dataDir, "postgres/pg18/postmaster.pid"), "")
  const third = await startPostgres({ dataDir, settings: { fsync: "off" } })
  const again = new pg.Client({ connectionString: third.url })
  await again.connect()
  expect((await again.query("select count(*) from kept")).rowCount).toBe(1)
  await again.end()
  await third.stop()
})

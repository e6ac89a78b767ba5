import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { withClient } from "../store/db.ts"
import { migrateDatabase } from "../store/migrate.ts"
import { createDatabase } from "./template-database.ts"

const store = path.join(import.meta.dirname, "../store")
const migrations = path.join(store, "migrations")

/** A database as the first release left it, with something in every table of then, brought to this version. */
export async function createFilledDatabase(prefix: string): Promise<{ name: string; url: string }> {
  const made = await createDatabase(prefix)
  const folder = await mkdtemp(path.join(tmpdir(), "he-migrations-"))
  try {
    await cp(migrations, folder, { recursive: true })
    const journalFile = path.join(folder, "meta/_journal.json")
    const journal = JSON.parse(await readFile(journalFile, "utf8"))
    await writeFile(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }))
    await migrateDatabase(made.url, folder)
    const rows = await readFile(path.join(store, "fixtures/first-release.sql"), "utf8")
    await withClient(made.url, async (client) => {
      await client.query(rows)
      const { rows: tables } = await client.query<{ name: string }>(
        "select tablename as name from pg_tables where schemaname = 'public' order by 1",
      )
      for (const table of tables) {
        const { rowCount } = await client.query(`select 1 from ${table.name} limit 1`)
        if (rowCount !== 1) throw new Error(`The fixture has no rows of ${table.name}`)
      }
    })
    await migrateDatabase(made.url, migrations)
    return made
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

import type { Writable } from "node:stream"
import { finished } from "node:stream/promises"
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator"
import type pg from "pg"
import { from as copyFrom } from "pg-copy-streams"
import { withClient } from "../db.ts"
import { quoted, readTables, type SeenMigration, type TableLayout } from "./layout.ts"

/** What is true of a database that somebody wants to restore onto. */
export interface DatabaseState {
  /** Whether anybody has an account in it. */
  isFilled: boolean
  /** Connections of others: of a platform that runs. */
  otherConnections: number
}

export function readDatabaseState(url: string): Promise<DatabaseState> {
  return withClient(url, async (client) => {
    const { rows: tables } = await client.query("select to_regclass('public.users') is not null as there")
    const isFilled = tables[0].there && ((await client.query("select 1 from public.users limit 1")).rowCount ?? 0) > 0
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    )
    return { isFilled, otherConnections: rows[0]?.count ?? 0 }
  })
}

/** A database without rows, in the shape it had when the backup was made. */
export interface EmptyDatabase {
  /** Takes rows as COPY wrote them. `done` waits until they are stored and says how many they were. */
  fill: (table: TableLayout) => { stream: Writable; done: () => Promise<number> }
}

/** The migrations that made the shape of a backup. @throws Error for a backup of a newer version, or of another program */
function migrationsOf(folder: string, seen: readonly SeenMigration[]): MigrationMeta[] {
  const known = readMigrationFiles({ migrationsFolder: folder })
  const found = seen.map(({ hash }) => known.find((one) => one.hash === hash))
  if (found.length > 0 && found.every((one) => one !== undefined)) return found as MigrationMeta[]
  throw new Error("The backup was made by a newer version of the platform: update this one first")
}

/**
 * Replaces whatever is in the database, in one transaction: when `work` throws, everything is as it was.
 * The database is then as old as the backup; migrations bring it to this version afterwards.
 */
export function replaceDatabase(
  url: string,
  migrationsFolder: string,
  backup: { migrations: SeenMigration[]; sequences: Record<string, string | null> },
  work: (database: EmptyDatabase) => Promise<void>,
): Promise<void> {
  const migrations = migrationsOf(migrationsFolder, backup.migrations)
  return withClient(url, async (client) => {
    await client.query("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0")
    await client.query("begin")
    await makeShape(client, migrations)
    const links = await takeLinksAway(client)
    await work({
      fill: ({ name, columns }) => {
        const stream = client.query(copyFrom(`copy ${quoted(name)} (${columns.map(quoted).join(", ")}) from stdin`))
        return {
          stream,
          done: async () => {
            stream.end()
            await finished(stream)
            return stream.rowCount
          },
        }
      },
    })
    for (const link of links) await client.query(link)
    for (const [name, value] of Object.entries(backup.sequences))
      if (value !== null) await client.query("select setval($1::regclass, $2)", [quoted(name), value])
    await client.query("commit")
  })
}

/** Removes every table and makes those of the backup, empty. */
async function makeShape(client: pg.Client, migrations: readonly MigrationMeta[]): Promise<void> {
  for (const { name } of await readTables(client)) await client.query(`drop table ${quoted(name)} cascade`)
  await client.query("create schema if not exists drizzle")
  await client.query("drop table if exists drizzle.__drizzle_migrations")
  // As drizzle makes it.
  await client.query("create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)")
  for (const { sql, hash, folderMillis } of migrations) {
    for (const statement of sql) await client.query(statement)
    await client.query("insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)", [hash, folderMillis])
  }
}

/**
 * Drops the foreign keys, as the tables are not filled in the order in which they point at each other. @returns what makes them again, which
 * checks every row
 */
async function takeLinksAway(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  )
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint ${quoted(name)}`)
  return rows.map(({ table, name, definition }) => `alter table ${table} add constraint ${quoted(name)} ${definition}`)
}

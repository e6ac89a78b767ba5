import type pg from "pg"

/** A table with the columns that hold what was written: what Postgres computes is left out. */
export interface TableLayout {
  name: string
  columns: string[]
}

/** One migration that a database has seen, as drizzle notes it. */
export interface SeenMigration {
  hash: string
  at: number
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The tables of the platform, in the order of their names. */
export async function readTables(client: pg.Client): Promise<TableLayout[]> {
  const { rows } = await client.query<TableLayout>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
     group by c.relname order by c.relname`,
  )
  return rows
}

/** The migrations that the database has seen, oldest first; none of an empty one. */
export async function readMigrations(client: pg.Client): Promise<SeenMigration[]> {
  const { rows: found } = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as there")
  if (!found[0].there) return []
  const { rows } = await client.query<{ hash: string; at: string }>(
    "select hash, created_at as at from drizzle.__drizzle_migrations order by created_at",
  )
  return rows.map(({ hash, at }) => ({ hash, at: Number(at) }))
}

/** Where the counters of the tables stand; null for one that nothing has used. */
export async function readSequences(client: pg.Client): Promise<Record<string, string | null>> {
  const { rows } = await client.query<{ name: string; value: string | null }>(
    "select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public' order by 1",
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

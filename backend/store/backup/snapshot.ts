import type { Readable } from "node:stream"
import { to as copyTo } from "pg-copy-streams"
import { withClient } from "../db.ts"
import { quoted, readMigrations, readSequences, readTables, type SeenMigration, type TableLayout } from "./layout.ts"

/** The whole database as of one moment. */
export interface Snapshot {
  tables: TableLayout[]
  migrations: SeenMigration[]
  sequences: Record<string, string | null>
  /** The rows of a table as Postgres' COPY writes them, and how many they were once the stream has ended. */
  rows: (table: TableLayout) => { stream: Readable; count: () => number }
}

/** Reads the database as of one moment, while others go on writing to it. */
export function withSnapshot<T>(url: string, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return withClient(url, async (client) => {
    await client.query("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0")
    await client.query("begin isolation level repeatable read read only")
    return work({
      tables: await readTables(client),
      migrations: await readMigrations(client),
      sequences: await readSequences(client),
      rows: ({ name, columns }) => {
        const stream = client.query(copyTo(`copy ${quoted(name)} (${columns.map(quoted).join(", ")}) to stdout`))
        return { stream, count: () => stream.rowCount }
      },
    })
  })
}

import { afterAll, beforeAll } from "vitest"
import { createLog } from "../base/log.ts"
import { type Database, openDatabase, withClient } from "../store/db.ts"
import { createMigratedDatabase, dropDatabase } from "./template-database.ts"

interface Filled {
  database: Database
  url: string
}

/**
 * A migrated database for one test file, filled before its tests without checks of foreign keys, and dropped after them.
 * @param statements carried out one after the other
 * @param patienceMs how long that may take
 */
export function databaseWithRows(statements: readonly string[], patienceMs: number): () => Filled {
  let name = ""
  let filled: Filled | null = null
  beforeAll(async () => {
    const made = await createMigratedDatabase()
    name = made.name
    filled = { database: openDatabase(made.url, createLog("test", "silent"), { max: 2 }), url: made.url }
    await withClient(made.url, async (client) => {
      await client.query("set session_replication_role = replica")
      for (const statement of statements) await client.query(statement)
    })
  }, patienceMs)
  afterAll(async () => {
    await filled?.database.close()
    await dropDatabase(name)
  })
  return () => {
    if (!filled) throw new Error("The database is there in tests and their hooks alone")
    return filled
  }
}

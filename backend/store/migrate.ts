import { drizzle } from "drizzle-orm/node-postgres"
import { migrate } from "drizzle-orm/node-postgres/migrator"
import { withClient } from "./db.ts"

const lockNumber = 4_711_001

/** Brings the database to this version. Several processes may try at once: one does it, the others wait. */
export async function migrateDatabase(url: string, migrationsFolder: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query("select pg_advisory_lock($1)", [lockNumber])
    await migrate(drizzle(client), { migrationsFolder })
  })
}

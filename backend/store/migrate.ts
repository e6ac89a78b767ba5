import { drizzle } from "drizzle-orm/node-postgres"
import { migrate } from "drizzle-orm/node-postgres/migrator"
import { inTurn } from "./in-turn.ts"

/** Brings the database to this version. Several processes may try at once: one does it, the others wait. */
export const migrateDatabase = (url: string, migrationsFolder: string): Promise<void> =>
  inTurn(url, "migrations", (client) => migrate(drizzle(client), { migrationsFolder }))

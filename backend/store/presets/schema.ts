import { sql } from "drizzle-orm"
import { index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { JsonObject } from "../../../contract/index.ts"
import { exactJson, moment } from "../columns.ts"
import { environments } from "../environments/schema.ts"
import { users } from "../identity/schema.ts"

/** Configurations of runs that a person keeps under a name. */
export const runPresets = pgTable(
  "run_presets",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Null: for every environment. */
    environmentId: text("environment_id").references(() => environments.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** Without the values of secrets. */
    config: exactJson<JsonObject>("config", "written").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("run_presets_name").on(t.userId, sql`coalesce(${t.environmentId}, '')`, t.name),
    index("run_presets_environment").on(t.environmentId),
  ],
)

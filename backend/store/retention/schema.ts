import { integer, pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { users } from "../identity/schema.ts"

/** After how many days runs are deleted. */
export const retention = pgTable("retention", {
  /** A team; empty for the platform: the runs of people, and of teams without a number of their own. */
  teamId: text("team_id").primaryKey(),
  days: integer().notNull(),
  /** For whom runs are deleted. */
  setBy: text("set_by")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  setAt: moment("set_at").notNull().defaultNow(),
})

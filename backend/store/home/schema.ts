import { pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { users } from "../identity/schema.ts"

/** When a person was last on their home page, and whether they have put the first steps away. */
export const homeVisits = pgTable("home_visits", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** The last look of the visit under way. */
  seenAt: moment("seen_at").notNull(),
  /** The last look of the visit before; null during the first one. */
  beforeAt: moment("before_at"),
  stepsHiddenAt: moment("steps_hidden_at"),
})

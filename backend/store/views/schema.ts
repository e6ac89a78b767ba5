import { pgTable, text, unique } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { users } from "../identity/schema.ts"

/** The list of evaluations as a person wants to see it again. */
export const savedViews = pgTable(
  "saved_views",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** The query part of the list's address. */
    query: text().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [unique("saved_views_name").on(t.userId, t.name)],
)

import { integer, pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"

/** Worker processes that live, as they say themselves. */
export const workers = pgTable("workers", {
  name: text().primaryKey(),
  machine: text().notNull(),
  /** How many runs it does at once. */
  capacity: integer("places").notNull(),
  heartbeatAt: moment("beat_at").notNull().defaultNow(),
})

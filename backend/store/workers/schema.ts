import { integer, pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"

/** Worker processes, kept alive by their heartbeats. */
export const workers = pgTable("workers", {
  name: text().primaryKey(),
  machine: text().notNull(),
  /** How many runs it can do at once; 0 while its disk is nearly full. */
  capacity: integer("places").notNull(),
  heartbeatAt: moment("beat_at").notNull().defaultNow(),
})

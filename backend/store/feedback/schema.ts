import { index, pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { users } from "../identity/schema.ts"

/** Feedback from people to the platform's operator. */
export const feedback = pgTable(
  "feedback",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    message: text().notNull(),
    category: text().notNull(),
    cliVersion: text("cli_version"),
    /** As it was typed: of a run here, or of anything else. */
    runId: text("run_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [index("feedback_user").on(t.userId)],
)

import { boolean, doublePrecision, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { users } from "../identity/schema.ts"
import { samples } from "../samples/schema.ts"

/** What a person says about a sample, or about one of its turns. */
export const reviews = pgTable(
  "sample_reviews",
  {
    sampleId: text("sample_id")
      .notNull()
      .references(() => samples.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The number of the message as pages show it; empty for the whole sample. */
    turn: text().notNull(),
    evaluationId: text("evaluation_id").notNull(),
    rating: doublePrecision(),
    labels: text().array().notNull(),
    note: text(),
    /** The sample came up in the order of the draw: nobody chose it. */
    drawn: boolean().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.sampleId, t.userId, t.turn] }),
    index("sample_reviews_evaluation").on(t.evaluationId, t.sampleId),
    index("sample_reviews_user").on(t.userId),
  ],
)

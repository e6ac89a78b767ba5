import { sql } from "drizzle-orm"
import { index, pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { users } from "../identity/schema.ts"
import { samples } from "../samples/schema.ts"

/** What people write to each other beside a run, or beside one of its samples. */
export const comments = pgTable(
  "comments",
  {
    id: text().primaryKey(),
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    /** Null: about the run as a whole. */
    sampleId: text("sample_id").references(() => samples.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    text: text().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("comments_run").on(t.evaluationId, t.createdAt, t.id).where(sql`sample_id is null`),
    index("comments_evaluation").on(t.evaluationId),
    index("comments_sample").on(t.sampleId, t.createdAt, t.id),
    index("comments_user").on(t.userId),
  ],
)

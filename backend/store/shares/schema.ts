import { boolean, index, pgTable, text } from "drizzle-orm/pg-core"
import { bytea, moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { users } from "../identity/schema.ts"

/** Links that open a run without an account. */
export const runShares = pgTable(
  "run_shares",
  {
    id: text().primaryKey(),
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    /** Who made it, and through whose eyes it is read. */
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tokenHash: text("token_hash").notNull().unique(),
    /** To show the link again to those who may see the run. */
    sealedToken: bytea("sealed_token").notNull(),
    /** Argon2id; null for a link that needs no password. */
    passwordHash: text("password_hash"),
    samples: boolean().notNull(),
    logs: boolean().notNull(),
    expiresAt: moment("expires_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastOpenedAt: moment("last_opened_at"),
  },
  (t) => [index("run_shares_evaluation").on(t.evaluationId), index("run_shares_user").on(t.userId)],
)

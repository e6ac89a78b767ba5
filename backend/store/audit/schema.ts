import { sql } from "drizzle-orm"
import { bigint, check, index, pgTable, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"

/**
 * Who did what to what. Each row has the hash of the one before. It points at no other table: it stays when what it tells of is deleted.
 */
export const auditLog = pgTable(
  "audit_log",
  {
    seq: bigint({ mode: "number" }).primaryKey(),
    at: moment("at").notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    action: text().notNull(),
    teamId: text("team_id"),
    targetKind: text("target_kind").notNull(),
    targetId: text("target_id"),
    targetName: text("target_name"),
    /** JSON as it was hashed. */
    details: text().notNull(),
    previous: text().notNull(),
    hash: text().notNull(),
  },
  (t) => [index("audit_log_actor").on(t.actorId, t.seq), index("audit_log_action").on(t.action, t.seq)],
)

/** Where the log ends, so that a missing end is noticed; its lock is what makes one entry follow another. */
export const auditHead = pgTable(
  "audit_head",
  { id: bigint({ mode: "number" }).primaryKey(), seq: bigint({ mode: "number" }).notNull(), hash: text().notNull() },
  (t) => [check("audit_head_one", sql`${t.id} = 1`)],
)

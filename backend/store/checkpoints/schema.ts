import { sql } from "drizzle-orm"
import { bigint, doublePrecision, index, integer, pgTable, text } from "drizzle-orm/pg-core"
import type { CheckpointState } from "../../../contract/index.ts"
import { moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { teams, users } from "../identity/schema.ts"
import { sandboxes } from "../sandboxes/schema.ts"

/** What a sandbox had written at some moment. Its archive is among the files: base/files.ts. */
export const sandboxCheckpoints = pgTable(
  "sandbox_checkpoints",
  {
    id: text().primaryKey(),
    sandboxId: text("sandbox_id")
      .notNull()
      .references(() => sandboxes.id),
    /** Who took it. It belongs to the team, if there is one. */
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id),
    /** The run whose token took it; it ends with the run. */
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "set null" }),
    /** The checkpoint that its sandbox was made from, which may be deleted by now. */
    parentId: text("parent_id"),
    depth: integer().notNull().default(0),
    /** Of its sandbox. */
    image: text().notNull(),
    diskGb: doublePrecision("disk_gb").notNull(),

    state: text().$type<CheckpointState>().notNull(),
    error: text(),
    /** Of the archive, compressed. */
    storedBytes: bigint("stored_bytes", { mode: "number" }),
    /** Of the files, as the sandbox says. */
    occupiedBytes: bigint("occupied_bytes", { mode: "number" }).notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("sandbox_checkpoints_sandbox").on(t.sandboxId, t.createdAt, t.id),
    index("sandbox_checkpoints_user").on(t.userId).where(sql`team_id is null`),
    index("sandbox_checkpoints_team").on(t.teamId).where(sql`team_id is not null`),
    index("sandbox_checkpoints_evaluation").on(t.evaluationId).where(sql`evaluation_id is not null`),
    index("sandbox_checkpoints_pending").on(t.sandboxId).where(sql`state = 'PENDING'`),
    index("sandbox_checkpoints_doomed").on(t.updatedAt).where(sql`state = 'DELETING'`),
  ],
)

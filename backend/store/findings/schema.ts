import { sql } from "drizzle-orm"
import { index, json, pgTable, text, timestamp } from "drizzle-orm/pg-core"
import type { RunFindings } from "../../../contract/index.ts"
import { evaluations } from "../evaluations/schema.ts"

/** What stands out in runs that have ended. Finding it reads every sample, which a worker does. */
export const runFindings = pgTable(
  "run_findings",
  {
    evaluationId: text("evaluation_id")
      .primaryKey()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    /** What it was found in; another value means that samples came or went since. */
    basis: text(),
    findings: json().$type<RunFindings>(),
    /** From when on a worker may look; null when nobody is waiting. */
    dueAt: timestamp("due_at", { withTimezone: true }),
  },
  (t) => [index("run_findings_due").on(t.dueAt).where(sql`${t.dueAt} is not null`)],
)

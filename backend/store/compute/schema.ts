import { jsonb, pgTable, text } from "drizzle-orm/pg-core"
import type { ComputeReport } from "../../../contract/index.ts"
import { moment } from "../columns.ts"

/** What the engines of other machines said when a worker asked them last. */
export const engineReports = pgTable("engine_reports", {
  name: text().primaryKey(),
  /** Null when it did not answer; what it said before is not kept, since it may not hold any more. */
  report: jsonb().$type<ComputeReport>(),
  trouble: text(),
  reportedAt: moment("reported_at").notNull().defaultNow(),
})

import { sql } from "drizzle-orm"
import type { ComputeReport } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { engineReports } from "../schema.ts"

export interface EngineReport {
  name: string
  report: ComputeReport | null
  trouble: string | null
  reportedAt: Date
}

export async function putEngineReport(db: Db, { name, report, trouble }: Omit<EngineReport, "reportedAt">): Promise<void> {
  const set = { report, trouble, reportedAt: sql`now()` }
  await db
    .insert(engineReports)
    .values({ name, ...set })
    .onConflictDoUpdate({ target: engineReports.name, set })
}

/** One for each engine that a worker has asked. */
export const listEngineReports = (db: Db): Promise<EngineReport[]> =>
  db
    .select({
      name: engineReports.name,
      report: engineReports.report,
      trouble: engineReports.trouble,
      reportedAt: engineReports.reportedAt,
    })
    .from(engineReports)
    .orderBy(engineReports.name)

import { type SQL, sql } from "drizzle-orm"
import type { PgColumn } from "drizzle-orm/pg-core"
import { sandboxTime } from "../schema.ts"

/** Milliseconds between two moments of the database. */
const msBetween = (since: SQL | PgColumn, until: SQL | PgColumn) => sql`(extract(epoch from (${until} - ${since})) * 1000)`

/** What the sandboxes of a run come to so far; dollars are null where their time is not charged. */
export const sandboxSums = (evaluationId: PgColumn) => ({
  ms: sql<number | null>`(select sum(${msBetween(sandboxTime.since, sandboxTime.until)})::float8 from ${sandboxTime}
    where ${sandboxTime.evaluationId} = ${evaluationId})`,
  usd: sql<number | null>`(select sum(${msBetween(sandboxTime.since, sandboxTime.until)} / 3600000 * ${sandboxTime.usdPerHour})::float8
    from ${sandboxTime} where ${sandboxTime.evaluationId} = ${evaluationId})`,
})

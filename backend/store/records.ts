import { getTableColumns, type SQL, sql } from "drizzle-orm"
import type { PgColumn, PgTable } from "drizzle-orm/pg-core"
import { storableText } from "../base/json.ts"

/** The names of columns, as a list in a statement. */
export const namesOf = (columns: readonly PgColumn[]): SQL =>
  sql.join(
    columns.map(({ name }) => sql.identifier(name)),
    sql`, `,
  )

/**
 * Rows as something to select from, in their order, with a column for each of the table; null where a row has no value. They are one parameter: a statement
 * with one for each value takes the driver and Postgres several times as long, and has room for 65,535.
 */
export function recordsOf<T extends PgTable>(table: T, rows: readonly T["$inferInsert"][]): SQL {
  const columns = Object.entries(getTableColumns(table))
  const records = rows.map((row) =>
    Object.fromEntries(columns.map(([key, { name }]) => [name, (row as Record<string, unknown>)[key] ?? null])),
  )
  return sql`json_populate_recordset(null::${table}, ${storableText(records)}::json)`
}

import { type GetColumnData, getTableColumns } from "drizzle-orm"
import type { PgColumn, PgTable } from "drizzle-orm/pg-core"

/**
 * The fields of a domain object, each with its column. Queries select by such a list and writes go through `toRow`, so that what
 * leaves the store is called as the list says: a renamed column changes the schema and its line in the list, nothing else.
 */
export type Fields = Record<string, PgColumn>

/** The object that a query of these fields returns. */
export type Selected<F extends Fields> = { [K in keyof F]: GetColumnData<F[K]> }

type Required<F extends Fields> = {
  [K in keyof F]: F[K]["_"] extends { notNull: true; hasDefault: false } ? K : never
}[keyof F]

/** What it takes to store a new one: what may be null or has a default can be left out. */
export type NewOf<F extends Fields> = Pick<Selected<F>, Required<F>> & { [K in Exclude<keyof F, Required<F>>]?: Selected<F>[K] | undefined }

/** Changes of an object, by the names of its fields; what is undefined stays as it is. */
export type ChangesOf<F extends Fields> = { [K in keyof F]?: Selected<F>[K] | undefined }

/** Values by the names of their fields, as a row to insert or to update. @throws Error for a value without a field */
export function toRow<T extends PgTable, F extends Fields>(table: T, fields: F, values: NewOf<F>): T["$inferInsert"]
export function toRow<T extends PgTable, F extends Fields>(table: T, fields: F, values: ChangesOf<F>): Partial<T["$inferInsert"]>
export function toRow(table: PgTable, fields: Fields, values: Record<string, unknown>): Record<string, unknown> {
  const keys = new Map(Object.entries(getTableColumns(table)).map(([key, column]) => [column.name, key]))
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => {
      const key = keys.get(fields[field]?.name ?? "")
      if (key === undefined) throw new Error(`${field} is no field of ${Object.keys(fields).join(", ")}`)
      return [key, value]
    }),
  )
}

import { getTableColumns, sql } from "drizzle-orm"
import type { PgColumn, PgTable } from "drizzle-orm/pg-core"
import type { Db } from "../db.ts"
import { tellOfBudgets } from "../outbox/near-budgets.ts"
import { namesOf, recordsOf } from "../records.ts"
import { dailyUsage } from "../schema.ts"

export type DailyRow = typeof dailyUsage.$inferInsert

export const noSandbox = { sandboxMs: 0, sandboxUsd: 0 }

export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)

/** Adds to what days and accounts have used, and tells of budgets that come near their end. Rows come in one order from everywhere. */
export async function addToDays(db: Db, rows: DailyRow[]): Promise<void> {
  const { day, userId, teamId, environmentId, provider, model } = dailyUsage
  await addUp(db, dailyUsage, [day, userId, teamId, environmentId, provider, model], rows)
  await tellOfBudgets(
    db,
    rows.filter(({ costUsd, sandboxUsd }) => costUsd + sandboxUsd > 0),
  )
}

/** Inserts rows, or adds their numbers to the rows that have the same key. */
export async function addUp<T extends PgTable>(db: Db, table: T, key: PgColumn[], rows: T["$inferInsert"][]): Promise<void> {
  if (rows.length === 0) return
  const columns: PgColumn[] = Object.values(getTableColumns(table))
  const sums = columns
    .filter((column) => !key.includes(column))
    .map((column) => sql`${sql.identifier(column.name)} = ${column} + excluded.${sql.identifier(column.name)}`)
  await db.execute(sql`
    insert into ${table} (${namesOf(columns)}) select ${namesOf(columns)} from ${recordsOf(table, rows)}
    on conflict (${namesOf(key)}) do update set ${sql.join(sums, sql`, `)}`)
}

import { getTableColumns, sql } from "drizzle-orm"
import type { PgColumn, PgTable } from "drizzle-orm/pg-core"
import type { Db } from "../db.ts"
import { tellOfBudgets } from "../outbox/near-budgets.ts"
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

const rowsAtOnce = 1000

/** Inserts rows, or adds their numbers to the rows that have the same key. */
export async function addUp<T extends PgTable>(db: Db, table: T, key: PgColumn[], rows: T["$inferInsert"][]): Promise<void> {
  const sums = Object.entries(getTableColumns(table)).filter(([, column]) => !key.includes(column))
  const set = Object.fromEntries(sums.map(([name, column]) => [name, sql`${column} + excluded.${sql.identifier(column.name)}`]))
  for (let i = 0; i < rows.length; i += rowsAtOnce)
    await db
      .insert(table)
      .values(rows.slice(i, i + rowsAtOnce))
      .onConflictDoUpdate({ target: key, set: set as never })
}

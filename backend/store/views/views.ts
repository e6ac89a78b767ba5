import { and, asc, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { savedViews } from "../schema.ts"

const viewFields = {
  id: savedViews.id,
  userId: savedViews.userId,
  name: savedViews.name,
  query: savedViews.query,
  createdAt: savedViews.createdAt,
}

export type ViewRecord = Selected<typeof viewFields>

/** All views of a person, by name: their number is limited where they are saved. */
export const listViews = (db: Db, userId: string): Promise<ViewRecord[]> =>
  db.select(viewFields).from(savedViews).where(eq(savedViews.userId, userId)).orderBy(asc(savedViews.name))

/** Lets one request at a time save a view of a person, until the transaction ends. */
export async function lockViews(tx: Db, userId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('views'), hashtext(${userId}))`)
}

/** Stores a view; the person's view of that name keeps its id and is shown otherwise from now on. */
export async function upsertView(db: Db, values: NewOf<typeof viewFields>): Promise<ViewRecord> {
  const [row] = await db
    .insert(savedViews)
    .values(toRow(savedViews, viewFields, values))
    .onConflictDoUpdate({ target: [savedViews.userId, savedViews.name], set: { query: values.query } })
    .returning(viewFields)
  return row as ViewRecord
}

/** @returns whether the person had a view of that id */
export async function deleteView(db: Db, userId: string, id: string): Promise<boolean> {
  const deleted = await db
    .delete(savedViews)
    .where(and(eq(savedViews.userId, userId), eq(savedViews.id, id)))
    .returning({ id: savedViews.id })
  return deleted.length > 0
}

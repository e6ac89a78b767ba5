import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { traceUploads } from "../schema.ts"

type Upload = Pick<typeof traceUploads.$inferSelect, "owner" | "id" | "lineFormat">

/** Lets one upload of the same content at a time go on, until the transaction ends. */
export async function lockUpload(tx: Db, owner: string, id: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`traces ${owner} ${id}`}, 0))`)
}

export async function findUpload(db: Db, owner: string, id: string): Promise<Upload | undefined> {
  return (
    await db
      .select()
      .from(traceUploads)
      .where(and(eq(traceUploads.owner, owner), eq(traceUploads.id, id)))
  )[0]
}

export async function insertUpload(db: Db, upload: Upload): Promise<void> {
  await db.insert(traceUploads).values(upload)
}

import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations } from "../schema.ts"

/** More than anybody sends at once. */
const most = 64

/** Remembers with a run that the answer to a batch found nobody, for whichever process it is sent to again. */
export async function noteUnanswered(db: Db, id: string, hash: string): Promise<void> {
  // A slice that begins before the first is the whole.
  const all = sql`array_append(${evaluations.unanswered}, ${hash})`
  await db
    .update(evaluations)
    .set({ unanswered: sql`(${all})[greatest(1, cardinality(${evaluations.unanswered}) + 2 - ${most}::int):]` })
    .where(eq(evaluations.id, id))
}

/** Whether that of a batch found nobody; of several that ask, one is told so. */
export async function takeUnanswered(db: Db, id: string, hash: string): Promise<boolean> {
  const taken = await db
    .update(evaluations)
    .set({ unanswered: sql`array_remove(${evaluations.unanswered}, ${hash})` })
    .where(and(eq(evaluations.id, id), sql`${hash} = any(${evaluations.unanswered})`))
    .returning({ id: evaluations.id })
  return taken.length > 0
}

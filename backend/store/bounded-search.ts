import { sql } from "drizzle-orm"
import { invalid } from "../base/errors.ts"
import { type Db, hasCode } from "./db.ts"

/** Postgres's code for a statement that was ended since it took longer than it may. */
const tookTooLong = "57014"

/**
 * Does the work of a search in a transaction in which no statement takes longer than `ms`.
 * @param field what the request calls the search
 * @throws ServiceError invalid with that field when one would
 */
export function boundedSearch<T>(db: Db, ms: number, field: string, work: (tx: Db) => Promise<T>): Promise<T> {
  return bounded(db, ms, work, () => {
    throw invalid([field], "takes too long on these texts: search for something simpler")
  })
}

/**
 * Asks the index of texts, the only one that fits: its cost is estimated as if every text were about as frequent as the others.
 * @returns null where it cannot tell within `ms`
 */
export function askIndex<T>(db: Db, ms: number, work: (tx: Db) => Promise<T>): Promise<T | null> {
  const ask = async (tx: Db) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    return work(tx)
  }
  return bounded(db, ms, ask, () => null)
}

async function bounded<T, E>(db: Db, ms: number, work: (tx: Db) => Promise<T>, onTooLong: () => E): Promise<T | E> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql.raw(`set local statement_timeout = ${ms}`))
      return work(tx)
    })
  } catch (error) {
    if (hasCode(error, tookTooLong)) return onTooLong()
    throw error
  }
}

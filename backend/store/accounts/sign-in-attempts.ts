import { eq, lt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { signInAttempts } from "../schema.ts"

/**
 * Counts an attempt, for all processes together, and forgets those that count no more.
 * @returns how many there were within the last minutes, this one included, and the seconds until they count no more
 */
export async function countAttempt(db: Db, who: string, minutes: number): Promise<{ count: number; secondsLeft: number }> {
  const start = sql`now() - make_interval(mins => ${minutes})`
  await db.delete(signInAttempts).where(lt(signInAttempts.since, start))
  const [row] = await db
    .insert(signInAttempts)
    .values({ who, count: 1 })
    .onConflictDoUpdate({ target: signInAttempts.who, set: { count: sql`${signInAttempts.count} + 1` } })
    .returning({
      count: signInAttempts.count,
      secondsLeft: sql<number>`greatest(1, ceil(extract(epoch from ${signInAttempts.since} - (${start}))))::int`,
    })
  return row ?? { count: 1, secondsLeft: minutes * 60 }
}

/** Takes back all attempts of an account, after one of them succeeded. */
export async function forgetAttempts(db: Db, who: string): Promise<void> {
  await db.delete(signInAttempts).where(eq(signInAttempts.who, who))
}

/** Takes back one attempt of an address, which succeeded. */
export async function takeBackAttempt(db: Db, who: string): Promise<void> {
  await db
    .update(signInAttempts)
    .set({ count: sql`greatest(0, ${signInAttempts.count} - 1)` })
    .where(eq(signInAttempts.who, who))
}

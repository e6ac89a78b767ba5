import { eq, sql } from "drizzle-orm"
import { visitMinutes } from "../../../contract/home/home.ts"
import type { Db } from "../db.ts"
import { homeVisits } from "../schema.ts"

export interface HomeVisit {
  /** When the visit before this one ended; null on a first visit. */
  since: Date | null
  areStepsHidden: boolean
}

const isNewVisit = sql`${homeVisits.seenAt} < now() - make_interval(mins => ${visitMinutes})`

/** The visit that is under way, or would be if the person came now. */
export async function findVisit(db: Db, userId: string): Promise<HomeVisit> {
  const [row] = await db
    .select({
      since: sql<Date | null>`case when ${isNewVisit} then ${homeVisits.seenAt} else ${homeVisits.beforeAt} end`.mapWith(homeVisits.seenAt),
      stepsHiddenAt: homeVisits.stepsHiddenAt,
    })
    .from(homeVisits)
    .where(eq(homeVisits.userId, userId))
  return { since: row?.since ?? null, areStepsHidden: row ? row.stepsHiddenAt !== null : false }
}

/** Notes that a person looks at their home page, and whether they put the first steps away. */
export async function noteVisit(db: Db, userId: string, hideSteps: boolean): Promise<void> {
  const hidden = hideSteps ? { stepsHiddenAt: sql`now()` } : {}
  await db
    .insert(homeVisits)
    .values({ userId, seenAt: sql`now()`, ...hidden })
    .onConflictDoUpdate({
      target: homeVisits.userId,
      set: {
        beforeAt: sql`case when ${isNewVisit} then ${homeVisits.seenAt} else ${homeVisits.beforeAt} end`,
        seenAt: sql`now()`,
        ...hidden,
      },
    })
}

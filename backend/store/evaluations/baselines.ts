import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { environmentBaselines, evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

export interface Baseline {
  evaluationId: string
  /** Of all its rewards; null where it has none. */
  mean: number | null
}

const mean = sql<number | null>`${evaluations.rewardSum} / nullif(${evaluations.rewardCount}, 0)`

/** The run that is pinned for an environment, where the viewer may see it. */
export async function findBaseline(db: Db, viewer: Viewer, environmentId: string): Promise<Baseline | undefined> {
  const [found] = await db
    .select({ evaluationId: evaluations.id, mean })
    .from(environmentBaselines)
    .innerJoin(evaluations, eq(evaluations.id, environmentBaselines.evaluationId))
    .where(and(eq(environmentBaselines.environmentId, environmentId), ownedBy(evaluations, viewer)))
  return found
}

/** Pins a run for an environment, in the place of the one before. */
export async function pinBaseline(db: Db, environmentId: string, evaluationId: string): Promise<void> {
  await db
    .insert(environmentBaselines)
    .values({ environmentId, evaluationId })
    .onConflictDoUpdate({ target: environmentBaselines.environmentId, set: { evaluationId, pinnedAt: sql`now()` } })
}

/** @returns whether one was pinned */
export async function unpinBaseline(db: Db, environmentId: string): Promise<boolean> {
  const { rowCount } = await db.delete(environmentBaselines).where(eq(environmentBaselines.environmentId, environmentId))
  return (rowCount ?? 0) > 0
}

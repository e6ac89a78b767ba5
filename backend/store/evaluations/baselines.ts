import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { environmentBaselines, evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { type EvaluationRecord, evaluationFields } from "./evaluation.ts"

/** The run that is pinned for an environment, where the viewer may see it. */
export async function findBaseline(db: Db, viewer: Viewer, environmentId: string): Promise<EvaluationRecord | undefined> {
  const [found] = await db
    .select(evaluationFields)
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

export async function unpinBaseline(db: Db, environmentId: string): Promise<void> {
  await db.delete(environmentBaselines).where(eq(environmentBaselines.environmentId, environmentId))
}

import { and, desc, eq } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { type EvaluationWithContext, readWithContext } from "./evaluations.ts"

/** Completed runs of an environment that are to stand on its leaderboard, the newest first, among those that the viewer may see. */
export async function listLeaderboardRuns(db: Db, viewer: Viewer, environmentId: string, limit: number): Promise<EvaluationWithContext[]> {
  const found = await db
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.environmentId, environmentId),
        evaluations.showOnLeaderboard,
        eq(evaluations.status, "COMPLETED"),
        ownedBy(evaluations, viewer),
      ),
    )
    .orderBy(desc(evaluations.createdAt))
    .limit(limit)
  return readWithContext(
    db,
    found.map(({ id }) => id),
  )
}

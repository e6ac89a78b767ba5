import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import type { EvaluationRecord } from "./evaluation.ts"

/** How many earlier runs are looked at. */
const runsMax = 200

/**
 * Ids of the last completed runs of a run's environment before it, among those of the same person or team: what is found in a run must not depend on who
 * looks.
 */
export async function listRunsBefore(
  db: Db,
  { environmentId, userId, teamId, createdAt }: Pick<EvaluationRecord, "environmentId" | "userId" | "teamId" | "createdAt">,
  limit: number,
): Promise<string[]> {
  if (!environmentId) return []
  const rows = await db
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.environmentId, environmentId),
        teamId ? eq(evaluations.teamId, teamId) : and(eq(evaluations.userId, userId), isNull(evaluations.teamId)),
        lt(evaluations.createdAt, createdAt),
        eq(evaluations.status, "COMPLETED"),
      ),
    )
    .orderBy(desc(evaluations.createdAt))
    .limit(limit)
  return rows.map(({ id }) => id)
}

/**
 * How many examples a version has with these arguments, from the viewer's last completed run that had them all: one that asked for all,
 * or for more than there were.
 * @param args the arguments as they are stored: JSON without white space
 */
export async function findExamplesOfEarlierRun(
  db: Db,
  viewer: Viewer,
  { environmentId, versionId, args }: { environmentId: string; versionId: string; args: string },
): Promise<number | null> {
  const { evalConfig, rolloutsTotal, settling } = evaluations
  const last = db
    .select({
      args: sql<string | null>`${evalConfig} ->> 'env_args'`.as("args"),
      asked: sql<number | null>`(${evalConfig} ->> 'num_examples')::float8`.as("asked"),
      examples: sql<number>`${rolloutsTotal} / (${evalConfig} ->> 'rollouts_per_example')::float8`.as("examples"),
      createdAt: evaluations.createdAt,
    })
    .from(evaluations)
    .where(
      and(
        ownedBy(evaluations, viewer),
        eq(evaluations.environmentId, environmentId),
        eq(evaluations.versionId, versionId),
        eq(evaluations.isHosted, true),
        eq(evaluations.status, "COMPLETED"),
        gt(rolloutsTotal, 0),
        // A run that stopped when its answer was settled has not seen them all.
        sql`${settling} ->> 'kind' is distinct from 'settled'`,
      ),
    )
    .orderBy(desc(evaluations.createdAt))
    .limit(runsMax)
    .as("last")
  const [row] = await db
    .select({ examples: last.examples })
    .from(last)
    .where(
      and(
        eq(last.args, args),
        sql`(${last.asked} < 0 or ${last.examples} < ${last.asked})`,
        sql`${last.examples} = trunc(${last.examples})`,
      ),
    )
    .orderBy(desc(last.createdAt))
    .limit(1)
  return row?.examples ?? null
}

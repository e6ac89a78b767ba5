import { and, count, desc, eq, gt, isNull, lt, min, notInArray, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { evaluationFields } from "../evaluations/evaluation.ts"
import { environmentBaselines, evaluations, retention, runShares, stars } from "../schema.ts"

export interface Retention {
  /** Empty for the platform. */
  teamId: string
  days: number
  setBy: string
}

const fields = { teamId: retention.teamId, days: retention.days, setBy: retention.setBy }

export async function findRetention(db: Db, teamId: string): Promise<Retention | undefined> {
  return (await db.select(fields).from(retention).where(eq(retention.teamId, teamId)))[0]
}

/** All that are set: one for each team at most, and the platform's. */
export const listRetentions = (db: Db): Promise<Retention[]> => db.select(fields).from(retention).orderBy(retention.teamId)

export async function putRetention(db: Db, { teamId, days, setBy }: Retention): Promise<void> {
  const set = { days, setBy, setAt: new Date() }
  await db
    .insert(retention)
    .values({ teamId, ...set })
    .onConflictDoUpdate({ target: retention.teamId, set })
}

export async function deleteRetention(db: Db, teamId: string): Promise<void> {
  await db.delete(retention).where(eq(retention.teamId, teamId))
}

/** Runs that a number of days is about: a team's, or those of people and of teams without one of their own. */
const of = (db: Db, teamId: string): SQL | undefined =>
  teamId === ""
    ? or(isNull(evaluations.teamId), notInArray(evaluations.teamId, db.select({ id: retention.teamId }).from(retention)))
    : eq(evaluations.teamId, teamId)

/** Over, and left as they are for so many days. */
const isOld = (days: number) =>
  and(
    lt(evaluations.updatedAt, sql`now() - make_interval(days => ${days})`),
    notInArray(evaluations.status, ["PENDING", "RUNNING", "PROCESSING"]),
  )

/** What keeps a run, whatever its age. */
export interface Kept {
  starred: SQL
  baseline: SQL
  shared: SQL
  published: SQL
}

const kept = (): Kept => {
  const ids = (query: SQL) => sql`${evaluations.id} in (${query})`
  return {
    starred: ids(sql`select ${stars.evaluationId} from ${stars}`),
    baseline: ids(sql`select ${environmentBaselines.evaluationId} from ${environmentBaselines}`),
    shared: ids(
      sql`select ${runShares.evaluationId} from ${runShares} where ${runShares.expiresAt} is null or ${gt(runShares.expiresAt, sql`now()`)}`,
    ),
    published: sql`${evaluations.showOnLeaderboard}`,
  }
}

const isKept = (): SQL => sql`(${sql.join(Object.values(kept()), sql` or `)})`

/** The oldest runs that are to be deleted. */
export const listExpired = async (db: Db, { teamId, days }: Pick<Retention, "teamId" | "days">, limit: number): Promise<string[]> => {
  const rows = await db
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(and(isOld(days), of(db, teamId), sql`not ${isKept()}`))
    .orderBy(evaluations.updatedAt, evaluations.id)
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** Locks a run that is to be deleted; undefined where it is not any more. */
export async function lockExpired(tx: Db, { teamId, days }: Retention, id: string): Promise<EvaluationRecord | undefined> {
  const [row] = await tx
    .select(evaluationFields)
    .from(evaluations)
    .where(and(eq(evaluations.id, id), isOld(days), of(tx, teamId), sql`not ${isKept()}`))
    .for("update")
  return row
}

export interface ExpiredSums {
  runs: number
  samples: number
  oldestAt: Date | null
  /** The first environments by how many of these runs they have; null for runs without one. */
  environments: { name: string | null; runs: number }[]
  /** Old runs that are kept, by what keeps them: one may count more than once. */
  kept: Record<keyof Kept, number>
}

const environmentsShown = 5

/** What a number of days would delete now. */
export async function sumExpired(db: Db, teamId: string, days: number): Promise<ExpiredSums> {
  const old = and(isOld(days), of(db, teamId))
  const expired = and(old, sql`not ${isKept()}`)
  const name = sql<string | null>`${evaluations.environments} -> 0 ->> 'name'`
  const [[sums], environments, [keeping]] = await Promise.all([
    db
      .select({
        runs: count(),
        samples: sql<number>`coalesce(sum(${evaluations.samplesDone}), 0)::float8`,
        oldestAt: min(evaluations.updatedAt),
      })
      .from(evaluations)
      .where(expired),
    db
      .select({ name, runs: count() })
      .from(evaluations)
      .where(expired)
      .groupBy(sql`1`)
      .orderBy(desc(count()), sql`1`)
      .limit(environmentsShown),
    db
      .select(Object.fromEntries(Object.entries(kept()).map(([what, is]) => [what, sql<number>`count(*) filter (where ${is})::int`])))
      .from(evaluations)
      .where(old),
  ])
  return {
    runs: sums?.runs ?? 0,
    samples: sums?.samples ?? 0,
    oldestAt: sums?.oldestAt ?? null,
    environments,
    kept: keeping as Record<keyof Kept, number>,
  }
}

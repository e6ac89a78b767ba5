import { and, count, eq, isNull, lt, notInArray, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations } from "../schema.ts"
import { leaseEnd, leaseSeconds, type WorkerName } from "../workers/leases.ts"
import type { EvaluationRecord } from "./evaluation.ts"
import { evaluationFields } from "./evaluation.ts"

/** How many runs may be running at once; null for as many as the workers have room for. */
export interface RunLimits {
  all: number | null
  perUser: number | null
  perTeam: number | null
}

export const isActive = sql`is_hosted and status in ('RUNNING', 'PROCESSING')`

/**
 * Claims one run for a worker. Abandoned runs come first: they already count towards the limits, and where the process is still
 * alive they can continue before the lease expires. Otherwise a queued run within the limits: accounts with the fewest active runs
 * first, then users, then the longest wait. Claims are serial (advisory lock), so limits are exact; claims are rare, so this is cheap.
 * @param held runs that the worker already has, whatever became of their leases
 */
export async function claimRun(
  db: Db,
  { owner, machine, port }: WorkerName,
  limits: RunLimits,
  held: readonly string[],
): Promise<EvaluationRecord | undefined> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('claim:evaluation'))`)
    const id = (await findAbandoned(tx, machine, port, held)) ?? (await findWaiting(tx, limits))
    if (id === undefined) return undefined
    const [claimed] = await tx
      .update(evaluations)
      .set({
        leaseOwner: owner,
        leaseUntil: leaseEnd,
        // From here on it counts as active.
        status: sql`case when ${evaluations.status} = 'PENDING' then 'RUNNING' else ${evaluations.status} end`,
      })
      .where(eq(evaluations.id, id))
      .returning(evaluationFields)
    return claimed
  })
}

async function findAbandoned(tx: Db, machine: string, port: number, held: readonly string[]): Promise<string | undefined> {
  const [found] = await tx
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(
      and(
        isActive,
        or(
          isNull(evaluations.leaseUntil),
          lt(evaluations.leaseUntil, sql`now()`),
          and(
            isNull(evaluations.leaseOwner),
            or(and(eq(evaluations.machine, machine), eq(evaluations.gatewayPort, port)), sql`${evaluations.handle} ->> 'remote' = 'true'`),
          ),
        ),
        held.length > 0 ? notInArray(evaluations.id, [...held]) : undefined,
      ),
    )
    .orderBy(sql`${evaluations.machine} is distinct from ${machine}`, evaluations.createdAt)
    .limit(1)
  return found?.id
}

async function findWaiting(tx: Db, limits: RunLimits): Promise<string | undefined> {
  const within = (limit: number | null, active: SQL) =>
    limit === null ? sql`true` : sql`(select count(*) from active a where ${active}) < ${limit}`
  const firstOf = (beyond: SQL) => sql`
    select id, user_id, team_id, created_at from evaluations where is_hosted and status = 'PENDING' ${beyond}
    order by coalesce(team_id, user_id), user_id, created_at, id limit 1`
  // From the first run of one account and user to that of the next, as the index has them: a long queue is not read through.
  const { rows } = await tx.execute<{ id: string }>(sql`
    with recursive active as materialized (select user_id, team_id from evaluations where ${isActive}),
    first as (
      (${firstOf(sql``)})
      union all
      select next.* from first, lateral (
        ${firstOf(sql`and (coalesce(team_id, user_id), user_id) > (coalesce(first.team_id, first.user_id), first.user_id)`)}
      ) next
    )
    select first.id from first
    where ${within(limits.all, sql`true`)}
      and ${within(limits.perUser, sql`a.user_id = first.user_id`)}
      and (first.team_id is null or ${within(limits.perTeam, sql`a.team_id = first.team_id`)})
    order by (select count(*) from active a where coalesce(a.team_id, a.user_id) = coalesce(first.team_id, first.user_id)),
      (select count(*) from active a where a.user_id = first.user_id), first.created_at, first.id
    limit 1`)
  return rows[0]?.id
}

/**
 * Releases a run. If its process is still alive, a worker that can continue it may do so at once; others restart it only after two
 * lease periods.
 */
export async function releaseRun(db: Db, id: string, owner: string): Promise<void> {
  await db
    .update(evaluations)
    .set({
      leaseOwner: null,
      leaseUntil: sql`case when ${evaluations.status} in ('RUNNING', 'PROCESSING') and ${evaluations.handle} is not null
        then now() + make_interval(secs => ${2 * leaseSeconds}) end`,
    })
    .where(and(eq(evaluations.id, id), eq(evaluations.leaseOwner, owner)))
}

export interface ActiveRuns {
  userId: string
  teamId: string | null
  runs: number
}

/** Number of active runs per user and account. */
export async function countActiveRuns(db: Db): Promise<ActiveRuns[]> {
  return db
    .select({ userId: evaluations.userId, teamId: evaluations.teamId, runs: count() })
    .from(evaluations)
    .where(isActive)
    .groupBy(evaluations.userId, evaluations.teamId)
}

import { and, count, eq, gt, inArray, isNotNull, isNull, lt, notInArray, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import type { ActionRecord } from "../environments/environments.ts"
import { environmentActions, evaluations, workers } from "../schema.ts"
import type { EvaluationRecord } from "./evaluations.ts"

/** How long a worker owns what it claimed without saying that it lives. */
export const leaseSeconds = 30
/** How often it says so. */
export const beatSeconds = 10

const until = sql`now() + make_interval(secs => ${leaseSeconds})`

/** The worker process that asks, and where it is. */
export interface WorkerName {
  /** Unique to the process: a name is never used again, so that it fences what an earlier process of this number may still write. */
  owner: string
  /** Processes and work dirs of this machine can be looked at by this worker, those of others cannot. */
  machine: string
  /** The port at which it serves models. Processes go on under a worker that serves them where they were told. */
  port: number
}

/** At most so many runs at work at once; null for as many as there are places. */
export interface RunLimits {
  all: number | null
  perUser: number | null
  perTeam: number | null
}

const atWork = sql`is_hosted and status in ('RUNNING', 'PROCESSING')`

/**
 * Takes one run for a worker. First one whose worker is gone: it holds its place within the limits already, and where its
 * process can go on it need not wait until the lease is over. Else a waiting one, within the limits: the account with the fewest runs at work goes first,
 * then the user, then who waited longest. Claims are serial (advisory lock), so that limits are exact; they are rare, so that costs little.
 * @param held runs that the worker has in its hands, whatever became of their leases
 */
export async function claimEvaluation(
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
        leaseUntil: until,
        // From here on it counts as at work.
        status: sql`case when ${evaluations.status} = 'PENDING' then 'RUNNING' else ${evaluations.status} end`,
      })
      .where(eq(evaluations.id, id))
      .returning()
    return claimed
  })
}

async function findAbandoned(tx: Db, machine: string, port: number, held: readonly string[]): Promise<string | undefined> {
  const [found] = await tx
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(
      and(
        atWork,
        or(
          isNull(evaluations.leaseUntil),
          lt(evaluations.leaseUntil, sql`now()`),
          and(isNull(evaluations.leaseOwner), eq(evaluations.machine, machine), eq(evaluations.gatewayPort, port)),
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
  const { rows } = await tx.execute<{ id: string }>(sql`
    with active as materialized (select user_id, team_id from evaluations where ${atWork})
    select first.id from (
      select distinct on (coalesce(team_id, user_id), user_id) id, user_id, team_id, created_at
      from evaluations where is_hosted and status = 'PENDING'
      order by coalesce(team_id, user_id), user_id, created_at, id
    ) first
    where ${within(limits.all, sql`true`)}
      and ${within(limits.perUser, sql`a.user_id = first.user_id`)}
      and (first.team_id is null or ${within(limits.perTeam, sql`a.team_id = first.team_id`)})
    order by (select count(*) from active a where coalesce(a.team_id, a.user_id) = coalesce(first.team_id, first.user_id)),
      (select count(*) from active a where a.user_id = first.user_id), first.created_at, first.id
    limit 1`)
  return rows[0]?.id
}

/**
 * Says that a worker lives and still has what it holds, all of it in one statement.
 * @returns the runs that it holds, and whether somebody asked to stop them; a run that is missing is another worker's now
 */
export async function beat(
  db: Db,
  { owner, machine }: Pick<WorkerName, "owner" | "machine">,
  places: number,
): Promise<Map<string, { cancelled: boolean }>> {
  await db
    .insert(workers)
    .values({ name: owner, machine, places })
    .onConflictDoUpdate({ target: workers.name, set: { beatAt: sql`now()` } })
  const rows = await db
    .update(evaluations)
    .set({ leaseUntil: until })
    .where(and(atWork, eq(evaluations.leaseOwner, owner)))
    .returning({ id: evaluations.id, cancelRequestedAt: evaluations.cancelRequestedAt })
  return new Map(rows.map((row) => [row.id, { cancelled: row.cancelRequestedAt !== null }]))
}

/** A worker goes away: it is no longer counted on. Those that went without a word are forgotten as well. */
export async function removeWorker(db: Db, owner: string): Promise<void> {
  await db.delete(workers).where(or(eq(workers.name, owner), lt(workers.beatAt, sql`now() - interval '1 day'`)))
}

/**
 * Gives a run back. When its process still lives, a worker that can go on with it does so at once, and others start it anew only when
 * none has come within two lease times.
 */
export async function releaseEvaluationLease(db: Db, id: string, owner: string): Promise<void> {
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

/** How many runs are at work, per user and account. */
export async function countActiveRuns(db: Db): Promise<ActiveRuns[]> {
  return db
    .select({ userId: evaluations.userId, teamId: evaluations.teamId, runs: count() })
    .from(evaluations)
    .where(atWork)
    .groupBy(evaluations.userId, evaluations.teamId)
}

/** The workers that live, and how many runs all of them can do at once. */
export async function countWorkers(db: Db): Promise<{ workers: number; places: number }> {
  const [row] = await db
    .select({ workers: count(), places: sql<number>`coalesce(sum(${workers.places}), 0)::int` })
    .from(workers)
    .where(gt(workers.beatAt, sql`now() - make_interval(secs => ${leaseSeconds})`))
  return row ?? { workers: 0, places: 0 }
}

export async function claimAction(db: Db, owner: string): Promise<ActionRecord | undefined> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('claim:action'))`)
    const [next] = await tx
      .select({ id: environmentActions.id })
      .from(environmentActions)
      .where(
        and(
          inArray(environmentActions.status, ["PENDING", "RUNNING"]),
          or(isNull(environmentActions.leaseUntil), lt(environmentActions.leaseUntil, sql`now()`)),
        ),
      )
      .orderBy(environmentActions.createdAt)
      .limit(1)
    if (!next) return undefined
    const [claimed] = await tx
      .update(environmentActions)
      .set({
        status: "RUNNING",
        leaseOwner: owner,
        leaseUntil: until,
        startedAt: sql`now()`,
        attempt: sql`${environmentActions.attempt} + 1`,
      })
      .where(eq(environmentActions.id, next.id))
      .returning()
    return claimed
  })
}

export async function renewActionLease(db: Db, id: string, owner: string): Promise<boolean> {
  const rows = await db
    .update(environmentActions)
    .set({ leaseUntil: until })
    .where(and(eq(environmentActions.id, id), eq(environmentActions.leaseOwner, owner)))
    .returning({ id: environmentActions.id })
  return rows.length === 1
}

export async function updateAction(db: Db, id: string, values: Partial<typeof environmentActions.$inferInsert>): Promise<void> {
  await db.update(environmentActions).set(values).where(eq(environmentActions.id, id))
}

/** Frees what workers hold that are known to be dead. Their runs stay reserved for who can go on with them until the lease is over. */
export async function releaseDeadLeases(db: Db, isDead: (owner: string) => boolean): Promise<void> {
  for (const [table, freed] of [
    [evaluations, { leaseOwner: null }],
    [environmentActions, { leaseOwner: null, leaseUntil: null }],
  ] as const) {
    const owners = await db.selectDistinct({ owner: table.leaseOwner }).from(table).where(isNotNull(table.leaseOwner))
    const dead = owners.map((row) => row.owner).filter((owner): owner is string => owner !== null && isDead(owner))
    if (dead.length > 0) await db.update(table).set(freed).where(inArray(table.leaseOwner, dead))
  }
  const known = await db.select({ name: workers.name }).from(workers)
  const gone = known.map((row) => row.name).filter(isDead)
  if (gone.length > 0) await db.delete(workers).where(inArray(workers.name, gone))
}

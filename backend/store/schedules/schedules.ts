import { and, asc, count, desc, eq, gt, isNull, lte, ne, notInArray, sql } from "drizzle-orm"
import type { ScheduleTime } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { type EvaluationRecord, evaluationFields } from "../evaluations/evaluation.ts"
import { isActive } from "../evaluations/run-leases.ts"
import { type ChangesOf, type NewOf, type Selected, toRow } from "../fields.ts"
import { evaluations, runSchedules } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

const scheduleFields = {
  id: runSchedules.id,
  environmentId: runSchedules.environmentId,
  userId: runSchedules.userId,
  teamId: runSchedules.teamId,
  name: runSchedules.name,
  modelName: runSchedules.modelName,
  config: runSchedules.config,
  when: runSchedules.when,
  baseline: runSchedules.baseline,
  pausedAt: runSchedules.pausedAt,
  nextAt: runSchedules.nextAt,
  problem: runSchedules.problem,
  problemAt: runSchedules.problemAt,
  createdAt: runSchedules.createdAt,
}

export type ScheduleRecord = Selected<typeof scheduleFields>
type Account = Pick<ScheduleRecord, "userId" | "teamId">

/** The schedules of an environment that a viewer or the viewer's teams have, by name: their number is limited where they are made. */
export const listSchedules = (db: Db, viewer: Viewer, environmentId: string): Promise<ScheduleRecord[]> =>
  db
    .select(scheduleFields)
    .from(runSchedules)
    .where(and(eq(runSchedules.environmentId, environmentId), ownedBy(runSchedules, viewer)))
    .orderBy(asc(runSchedules.name), asc(runSchedules.id))

export const findSchedule = async (db: Db, viewer: Viewer, id: string): Promise<ScheduleRecord | undefined> =>
  (
    await db
      .select(scheduleFields)
      .from(runSchedules)
      .where(and(eq(runSchedules.id, id), ownedBy(runSchedules, viewer)))
  )[0]

const ofAccount = ({ userId, teamId }: Account) =>
  teamId === null ? and(eq(runSchedules.userId, userId), isNull(runSchedules.teamId)) : eq(runSchedules.teamId, teamId)

/** How many schedules an account has. Until the transaction ends, nobody else counts them. */
export async function lockAndCountSchedules(tx: Db, account: Account): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('schedules'), hashtext(${account.teamId ?? account.userId}))`)
  const [row] = await tx.select({ count: count() }).from(runSchedules).where(ofAccount(account))
  return row?.count ?? 0
}

export async function insertSchedule(db: Db, values: NewOf<typeof scheduleFields>): Promise<ScheduleRecord> {
  const [row] = await db
    .insert(runSchedules)
    .values(toRow(runSchedules, scheduleFields, values))
    .returning(scheduleFields)
  return row as ScheduleRecord
}

export const updateSchedule = async (db: Db, id: string, changes: ChangesOf<typeof scheduleFields>): Promise<ScheduleRecord | undefined> =>
  (
    await db
      .update(runSchedules)
      .set(toRow(runSchedules, scheduleFields, changes))
      .where(eq(runSchedules.id, id))
      .returning(scheduleFields)
  )[0]

export async function deleteSchedule(db: Db, id: string): Promise<boolean> {
  return (await db.delete(runSchedules).where(eq(runSchedules.id, id)).returning({ id: runSchedules.id })).length > 0
}

/**
 * The first moment after now at which a schedule is due, by the clock of its time zone; null for one that waits for versions. A time that the clock
 * skips is taken as if it had not been put forward.
 */
export async function nextTime(db: Db, when: ScheduleTime, after: Date | null = null): Promise<Date | null> {
  if (when.kind === "version") return null
  const zone = when.time_zone
  const weekday = when.kind === "weekly" ? sql`extract(isodow from day) = ${when.weekday}` : sql`true`
  const from = after === null ? sql`now()` : sql`${after.toISOString()}::timestamptz`
  const { rows } = await db.execute<{ at: string }>(sql`
    select min(at)::text as at from (
      select (day + ${when.time}::time) at time zone ${zone} as at
      from generate_series(date_trunc('day', ${from} at time zone ${zone}), (${from} at time zone ${zone}) + interval '8 days', interval '1 day') day
      where ${weekday}
    ) times where at > ${from}`)
  return new Date(rows[0]?.at as string)
}

/** Schedules whose time has come, the longest due first. */
export const listDue = (db: Db, limit: number): Promise<ScheduleRecord[]> =>
  db.select(scheduleFields).from(runSchedules).where(lte(runSchedules.nextAt, sql`now()`)).orderBy(asc(runSchedules.nextAt)).limit(limit)

/** Notes that a time was dealt with, unless another worker has, or a person has changed the schedule meanwhile. @returns whether it was */
export async function finishDue(db: Db, id: string, due: Date, nextAt: Date | null, problem: string | null): Promise<boolean> {
  const finished = await db
    .update(runSchedules)
    .set({ nextAt, problem, problemAt: problem === null ? null : sql`now()` })
    .where(and(eq(runSchedules.id, id), eq(runSchedules.nextAt, due)))
    .returning({ id: runSchedules.id })
  return finished.length > 0
}

/** The run of the same schedule that ended before, for schedules whose runs are compared with it. */
export async function findRunBefore(
  db: Db,
  { id, scheduleId }: Pick<EvaluationRecord, "id" | "scheduleId">,
): Promise<EvaluationRecord | undefined> {
  if (scheduleId === null) return undefined
  const [schedule] = await db.select({ baseline: runSchedules.baseline }).from(runSchedules).where(eq(runSchedules.id, scheduleId))
  if (schedule?.baseline !== "previous") return undefined
  const [before] = await db
    .select(evaluationFields)
    .from(evaluations)
    .where(
      and(
        eq(evaluations.scheduleId, scheduleId),
        ne(evaluations.id, id),
        notInArray(evaluations.status, ["PENDING", "RUNNING", "PROCESSING"]),
        gt(evaluations.samplesDone, 0),
      ),
    )
    .orderBy(sql`${evaluations.createdAt} desc nulls first`, sql`${evaluations.id} desc nulls first`)
    .limit(1)
  return before
}

/** Makes the schedules due that wait for a version of an environment. @returns whether there are any */
export async function markVersionDue(db: Db, environmentId: string): Promise<boolean> {
  const marked = await db
    .update(runSchedules)
    .set({ nextAt: sql`now()` })
    .where(
      and(eq(runSchedules.environmentId, environmentId), isNull(runSchedules.pausedAt), sql`${runSchedules.when} ->> 'kind' = 'version'`),
    )
    .returning({ id: runSchedules.id })
  return marked.length > 0
}

export async function hasActiveRun(db: Db, scheduleId: string): Promise<boolean> {
  const pending = eq(evaluations.status, "PENDING")
  const [row] = await db
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(and(eq(evaluations.scheduleId, scheduleId), sql`(${pending} or ${isActive})`))
    .limit(1)
  return row !== undefined
}

/** The last runs of each schedule, newest first. */
export async function listScheduledRuns(db: Db, scheduleIds: readonly string[], each: number): Promise<Map<string, EvaluationRecord[]>> {
  const runs = new Map<string, EvaluationRecord[]>()
  for (const id of scheduleIds)
    runs.set(
      id,
      await db
        .select(evaluationFields)
        .from(evaluations)
        .where(eq(evaluations.scheduleId, id))
        .orderBy(desc(evaluations.createdAt), desc(evaluations.id))
        .limit(each),
    )
  return runs
}

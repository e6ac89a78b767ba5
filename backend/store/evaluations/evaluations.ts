import { and, asc, count, desc, eq, ilike, inArray, or, type SQL, sql } from "drizzle-orm"
import type { EvaluationStatus, Permission, Progress, RunStatistics } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import type { Viewer } from "../environments/environments.ts"
import { evaluations, runSecrets, runStatistics, usageTotals, users } from "../schema.ts"
import { sandboxSums } from "../usage/usage.ts"

export type EvaluationRecord = typeof evaluations.$inferSelect
export type UsageRecord = typeof usageTotals.$inferSelect
export interface EvaluationWithContext {
  evaluation: EvaluationRecord
  usage: UsageRecord | null
  /** Its sandboxes' time; null before the first began. Dollars are null where time is not charged. */
  sandbox: { ms: number | null; usd: number | null }
  createdBy: string | null
}

/** Mean of the rewards stored so far; null before the first. */
export const averageReward = (row: EvaluationRecord): number | null => (row.rewardCount === 0 ? null : row.rewardSum / row.rewardCount)

/** How far a run is. What a resumed run is still to do again is not done, although it counts in the results as it is. */
export function progressOf(row: EvaluationRecord): Progress {
  const done = row.samplesDone - row.samplesToRedo
  return {
    total: row.rolloutsTotal,
    started: Math.max(row.rolloutsStarted, done),
    done,
    errored: row.samplesErrored - row.samplesToRedo,
  }
}

export async function insertEvaluation(db: Db, values: typeof evaluations.$inferInsert): Promise<EvaluationRecord> {
  const [row] = await db.insert(evaluations).values(values).returning()
  return row as EvaluationRecord
}

export async function listByIdempotencyKey(db: Db, userId: string, key: string): Promise<EvaluationRecord[]> {
  return db
    .select()
    .from(evaluations)
    .where(and(eq(evaluations.userId, userId), eq(evaluations.idempotencyKey, key)))
    .orderBy(asc(evaluations.id))
}

/** Whether the viewer owns an evaluation, alone or through a team. */
export const ownedBy = (viewer: Viewer): SQL =>
  or(
    viewer.userId === null ? sql`false` : and(eq(evaluations.userId, viewer.userId), sql`${evaluations.teamId} is null`),
    viewer.teamIds.length === 0 ? sql`false` : inArray(evaluations.teamId, viewer.teamIds),
  ) as SQL

const withContext = (db: Db) =>
  db
    .select({
      evaluation: evaluations,
      usage: usageTotals,
      sandbox: sandboxSums(evaluations.id),
      createdBy: sql<string | null>`coalesce(${users.slug}, ${users.name})`,
    })
    .from(evaluations)
    .leftJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .leftJoin(users, eq(users.id, evaluations.userId))

/** One evaluation that the viewer owns, alone or through a team. */
export async function findEvaluation(db: Db, viewer: Viewer, id: string): Promise<EvaluationWithContext | undefined> {
  return (await withContext(db).where(and(eq(evaluations.id, id), ownedBy(viewer))))[0]
}

/** The row itself, whoever asks: for the engine and for run tokens. */
export async function findEvaluationRow(db: Db, id: string): Promise<EvaluationRecord | undefined> {
  return (await db.select().from(evaluations).where(eq(evaluations.id, id)))[0]
}

/** The row, locked until the transaction ends. */
export async function lockEvaluation(db: Db, id: string): Promise<EvaluationRecord | undefined> {
  return (await db.select().from(evaluations).where(eq(evaluations.id, id)).for("update"))[0]
}

export interface EvaluationFilter {
  teamId?: string | null
  environmentId?: string | null
  /** `name` or `owner/name`. */
  environmentName?: string | null
  suiteId?: string | null
  statuses?: EvaluationStatus[]
  model?: string | null
  search?: string | null
  isHosted?: boolean | null
  sortBy: "created_at" | "updated_at" | "avg_score" | "name" | "model"
  descending: boolean
  skip: number
  limit: number
}

export async function listEvaluations(
  db: Db,
  viewer: Viewer,
  filter: EvaluationFilter,
): Promise<{ rows: EvaluationWithContext[]; total: number }> {
  const pattern = `%${(filter.search ?? "").replace(/[\\%_]/g, "\\$&")}%`
  const [owner, name] = filter.environmentName?.includes("/") ? filter.environmentName.split("/") : [undefined, filter.environmentName]
  const where = and(
    ownedBy(viewer),
    filter.teamId ? eq(evaluations.teamId, filter.teamId) : undefined,
    filter.environmentId
      ? or(
          eq(evaluations.environmentId, filter.environmentId),
          sql`${evaluations.environments} @> ${JSON.stringify([{ id: filter.environmentId }])}::jsonb`,
        )
      : undefined,
    name ? sql`${evaluations.environments} @> ${JSON.stringify([{ name, ...(owner ? { owner } : {}) }])}::jsonb` : undefined,
    filter.suiteId ? eq(evaluations.suiteId, filter.suiteId) : undefined,
    filter.statuses?.length ? inArray(evaluations.status, filter.statuses) : undefined,
    filter.model ? eq(evaluations.modelName, filter.model) : undefined,
    filter.search
      ? or(ilike(evaluations.name, pattern), ilike(evaluations.modelName, pattern), eq(evaluations.id, filter.search))
      : undefined,
    filter.isHosted === null || filter.isHosted === undefined ? undefined : eq(evaluations.isHosted, filter.isHosted),
  )
  const direction = filter.descending ? desc : asc
  const key = {
    created_at: evaluations.createdAt,
    updated_at: evaluations.updatedAt,
    avg_score: sql`${evaluations.rewardSum} / nullif(${evaluations.rewardCount}, 0)`,
    name: evaluations.name,
    model: evaluations.modelName,
  }[filter.sortBy]
  const order = filter.sortBy === "avg_score" ? sql`${key} ${sql.raw(filter.descending ? "desc" : "asc")} nulls last` : direction(key)
  const rows = await withContext(db).where(where).orderBy(order, direction(evaluations.id)).limit(filter.limit).offset(filter.skip)
  const [total] = await db.select({ count: count() }).from(evaluations).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** Changes a row; `updated_at` moves with it. */
export async function updateEvaluation(
  db: Db,
  id: string,
  values: Partial<typeof evaluations.$inferInsert>,
): Promise<EvaluationRecord | undefined> {
  const [row] = await db
    .update(evaluations)
    .set({ ...values, updatedAt: sql`now()` })
    .where(eq(evaluations.id, id))
    .returning()
  return row
}

export async function deleteEvaluations(db: Db, ids: string[]): Promise<void> {
  await db.delete(evaluations).where(inArray(evaluations.id, ids))
}

export async function insertRunSecrets(db: Db, evaluationId: string, sealed: Buffer): Promise<void> {
  await db.insert(runSecrets).values({ evaluationId, sealed })
}

/** The statistics that were kept of a run, unless they were computed from something else than `basis`. */
export async function findStatistics(db: Db, evaluationId: string, basis: string): Promise<RunStatistics | undefined> {
  const [row] = await db
    .select({ statistics: runStatistics.statistics })
    .from(runStatistics)
    .where(and(eq(runStatistics.evaluationId, evaluationId), eq(runStatistics.basis, basis)))
  return row?.statistics
}

export async function saveStatistics(db: Db, evaluationId: string, basis: string, statistics: RunStatistics): Promise<void> {
  await db
    .insert(runStatistics)
    .values({ evaluationId, basis, statistics })
    .onConflictDoUpdate({ target: runStatistics.evaluationId, set: { basis, statistics } })
}

export async function findRunSecrets(db: Db, evaluationId: string): Promise<typeof runSecrets.$inferSelect | undefined> {
  return (await db.select().from(runSecrets).where(eq(runSecrets.evaluationId, evaluationId)))[0]
}

/** Keeps what the attempt that is about to start was given. */
export async function saveAttemptSecrets(db: Db, evaluationId: string, sealedAttempt: Buffer): Promise<void> {
  await db
    .insert(runSecrets)
    .values({ evaluationId, sealedAttempt })
    .onConflictDoUpdate({ target: runSecrets.evaluationId, set: { sealedAttempt } })
}

export async function deleteRunSecrets(db: Db, evaluationId: string): Promise<void> {
  await db.delete(runSecrets).where(eq(runSecrets.evaluationId, evaluationId))
}

/** Keeps with a run that its code asked for something it was not allowed. */
export async function recordRefusal(db: Db, id: string, permission: Permission): Promise<void> {
  await db
    .update(evaluations)
    .set({ refusedPermissions: sql`array_append(${evaluations.refusedPermissions}, ${permission})` })
    .where(and(eq(evaluations.id, id), sql`not ${permission} = any(${evaluations.refusedPermissions})`))
}

import { and, asc, eq, type SQL, sql } from "drizzle-orm"
import type { Permission } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { prepared } from "../prepared.ts"
import { environmentBaselines, evaluations, usageTotals, users } from "../schema.ts"
import { sandboxSums } from "../usage/sandbox-sums.ts"
import { type UsageSums, usageSumFields } from "../usage/usage-sums.ts"
import { isOwnedBy, type Viewer } from "../viewer.ts"
import type { EvaluationChanges, EvaluationRecord, NewEvaluation } from "./evaluation.ts"
import { evaluationFields, whichRuns } from "./evaluation.ts"
import { averageScore } from "./schema.ts"

export interface EvaluationWithContext {
  evaluation: EvaluationRecord
  usage: UsageSums | null
  /** Its sandboxes' time; null before the first began. Dollars are null where time is not charged. */
  sandbox: { ms: number | null; usd: number | null }
  createdBy: string | null
  /** The run that is pinned for its environment and has the same owner. */
  baselineId: string | null
  baselineMean: number | null
}

export async function insertEvaluation(db: Db, values: NewEvaluation): Promise<EvaluationRecord> {
  const [row] = await db
    .insert(evaluations)
    .values(toRow(evaluations, evaluationFields, values))
    .returning(evaluationFields)
  return row as EvaluationRecord
}

/** Lets one launch of a user with this key at a time go on, until the transaction ends. */
export async function lockIdempotencyKey(tx: Db, userId: string, key: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('launch'), hashtext(${`${userId} ${key}`}))`)
}

export async function listByIdempotencyKey(db: Db, userId: string, key: string): Promise<EvaluationRecord[]> {
  return db
    .select(evaluationFields)
    .from(evaluations)
    .where(and(eq(evaluations.userId, userId), eq(evaluations.idempotencyKey, key)))
    .orderBy(asc(evaluations.id))
}

/** The run that is pinned for each environment. Its columns have names of their own: orders and filters of runs name theirs alone. */
const pinnedRuns = (db: Db) =>
  db
    .select({
      environmentId: sql<string>`${environmentBaselines.environmentId}`.as("pinned_environment"),
      owner: sql<string>`coalesce(${evaluations.teamId}, ${evaluations.userId})`.as("pinned_owner"),
      evaluationId: sql<string>`${evaluations.id}`.as("pinned_id"),
      mean: sql<number | null>`${averageScore}`.as("pinned_mean"),
    })
    .from(environmentBaselines)
    .innerJoin(evaluations, eq(evaluations.id, environmentBaselines.evaluationId))
    .as("pinned")

const withContext = (which: SQL) => (db: Db, name: string) => {
  const pinned = pinnedRuns(db)
  return (
    db
      .select({
        evaluation: evaluationFields,
        usage: usageSumFields,
        sandbox: sandboxSums(evaluations.id),
        createdBy: sql<string | null>`coalesce(${users.slug}, ${users.name})`,
        baselineId: sql<string | null>`${pinned.evaluationId}`,
        baselineMean: sql<number | null>`${pinned.mean}`,
      })
      .from(evaluations)
      .leftJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
      .leftJoin(users, eq(users.id, evaluations.userId))
      // Whoever may see a run may see the others of its owner.
      .leftJoin(
        pinned,
        and(
          eq(pinned.environmentId, evaluations.environmentId),
          sql`${pinned.owner} = coalesce(${evaluations.teamId}, ${evaluations.userId})`,
        ),
      )
      .where(which)
      .prepare(name)
  )
}

const oneWithContext = prepared("evaluation_with_context", withContext(whichRuns.one))
const listWithContext = prepared("evaluations_with_context", withContext(whichRuns.list))

/** Evaluations by their ids, in that order, without a check of access; those that are gone are left out. */
export async function readWithContext(db: Db, ids: readonly string[]): Promise<EvaluationWithContext[]> {
  if (ids.length === 0) return []
  const found = new Map((await listWithContext(db).execute({ ids })).map((row) => [row.evaluation.id, row]))
  return ids.flatMap((id) => found.get(id) ?? [])
}

/** One evaluation that the viewer owns, alone or through a team. */
export async function findEvaluation(db: Db, viewer: Viewer, id: string): Promise<EvaluationWithContext | undefined> {
  const [found] = await oneWithContext(db).execute({ id })
  return found && isOwnedBy(found.evaluation, viewer) ? found : undefined
}

/** The row alone of an evaluation that the viewer owns: the statement with all that belongs to it takes twice as long to make. */
export async function findOwnEvaluation(db: Db, viewer: Viewer, id: string): Promise<EvaluationRecord | undefined> {
  const row = await findEvaluationRow(db, id)
  return row && isOwnedBy(row, viewer) ? row : undefined
}

const rowById = prepared("evaluation", (db, name) => db.select(evaluationFields).from(evaluations).where(whichRuns.one).prepare(name))

/** The row without a check of access: for the engine and for run tokens. */
export async function findEvaluationRow(db: Db, id: string): Promise<EvaluationRecord | undefined> {
  return (await rowById(db).execute({ id }))[0]
}

/** The runs that were launched together with one, itself among them. Uploads may name any suite, and are none of these. */
export async function listSuite(db: Db, { suiteId, userId }: Pick<EvaluationRecord, "suiteId" | "userId">): Promise<EvaluationRecord[]> {
  if (suiteId === null) return []
  const isOwn = and(eq(evaluations.suiteId, suiteId), eq(evaluations.isHosted, true), eq(evaluations.userId, userId))
  return db.select(evaluationFields).from(evaluations).where(isOwn)
}

const rowToLock = prepared("evaluation_to_lock", (db, name) =>
  db.select(evaluationFields).from(evaluations).where(whichRuns.one).for("update").prepare(name),
)

/** The row, locked until the transaction ends. */
export async function lockEvaluation(db: Db, id: string): Promise<EvaluationRecord | undefined> {
  return (await rowToLock(db).execute({ id }))[0]
}

/** Changes a row; `updated_at` moves with it. */
export async function updateEvaluation(db: Db, id: string, values: EvaluationChanges): Promise<EvaluationRecord | undefined> {
  const [row] = await db
    .update(evaluations)
    .set({ ...toRow(evaluations, evaluationFields, values), updatedAt: sql`now()` })
    .where(eq(evaluations.id, id))
    .returning(evaluationFields)
  return row
}

/** Open uploads that have made no request for this many hours. */
export async function listStoppedUploads(db: Db, hours: number): Promise<string[]> {
  const rows = await db
    .select({ id: evaluations.id })
    .from(evaluations)
    .where(
      sql`not is_hosted and status in ('PENDING', 'RUNNING', 'PROCESSING') and ${evaluations.updatedAt} < now() - make_interval(secs => ${hours * 3600})`,
    )
    .limit(100)
  return rows.map(({ id }) => id)
}

/** Keeps with a run that its code asked for something it was not allowed. */
export async function recordRefusal(db: Db, id: string, permission: Permission): Promise<void> {
  await db
    .update(evaluations)
    .set({ refusedPermissions: sql`array_append(${evaluations.refusedPermissions}, ${permission})` })
    .where(and(eq(evaluations.id, id), sql`not ${permission} = any(${evaluations.refusedPermissions})`))
}

import { and, arrayContains, count, desc, eq, inArray, notInArray, type SQL, sql } from "drizzle-orm"
import type { SandboxStatus } from "../../../contract/index.ts"
import { type Db, unlessTaken } from "../db.ts"
import { toRow } from "../fields.ts"
import { sandboxes } from "../schema.ts"
import { signal } from "../signals.ts"
import type { NewSandbox } from "./sandbox.ts"
import { endedStatuses, type SandboxRecord, sandboxFields } from "./sandbox.ts"

/** Stores a new sandbox and wakes the workers. The same key again gives the sandbox of the first time. */
export async function insertSandbox(db: Db, values: NewSandbox): Promise<SandboxRecord> {
  const stored = await unlessTaken(
    db.transaction(async (tx) => {
      const [row] = await tx
        .insert(sandboxes)
        .values(toRow(sandboxes, sandboxFields, values))
        .returning(sandboxFields)
      await signal(tx, "sandbox")
      return row
    }),
  )
  if (stored) return stored
  const [earlier] = await db
    .select(sandboxFields)
    .from(sandboxes)
    .where(and(eq(sandboxes.userId, values.userId), eq(sandboxes.idempotencyKey, values.idempotencyKey as string)))
  return earlier as SandboxRecord
}

export async function findSandbox(db: Db, id: string): Promise<SandboxRecord | undefined> {
  return (await db.select(sandboxFields).from(sandboxes).where(eq(sandboxes.id, id)))[0]
}

export interface SandboxFilter {
  ids?: string[]
  userId?: string | undefined
  teamId?: string | undefined
  evaluationId?: string | undefined
  status?: SandboxStatus | undefined
  active?: boolean
  labels?: string[]
}

const conditions = (filter: SandboxFilter): SQL | undefined =>
  and(
    eq(sandboxes.isInstance, false),
    filter.ids ? inArray(sandboxes.id, filter.ids) : undefined,
    filter.userId ? eq(sandboxes.userId, filter.userId) : undefined,
    filter.teamId ? eq(sandboxes.teamId, filter.teamId) : undefined,
    filter.evaluationId ? eq(sandboxes.evaluationId, filter.evaluationId) : undefined,
    filter.status ? eq(sandboxes.status, filter.status) : undefined,
    filter.active ? notInArray(sandboxes.status, endedStatuses) : undefined,
    filter.labels?.length ? arrayContains(sandboxes.labels, filter.labels) : undefined,
  )

/** Sandboxes that fit, newest first; those that hold an instance are not among them. */
export async function listSandboxes(
  db: Db,
  filter: SandboxFilter,
  page: { offset: number; limit: number },
): Promise<{ rows: SandboxRecord[]; total: number }> {
  const where = conditions(filter)
  const rows = await db
    .select(sandboxFields)
    .from(sandboxes)
    .where(where)
    .orderBy(desc(sandboxes.createdAt), desc(sandboxes.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(sandboxes).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** How many sandboxes of a run are there now, and how long all of them have been there. */
export async function sumRunSandboxes(db: Db, evaluationId: string): Promise<{ active: number; seconds: number }> {
  const [sums] = await db
    .select({
      active: sql<number>`count(*) filter (where status not in ('TERMINATED', 'ERROR'))::int`,
      seconds: sql<number>`coalesce(sum(coalesce(seconds, extract(epoch from now() - started_at))), 0)::float8`,
    })
    .from(sandboxes)
    .where(and(eq(sandboxes.evaluationId, evaluationId), eq(sandboxes.isInstance, false)))
  return sums ?? { active: 0, seconds: 0 }
}

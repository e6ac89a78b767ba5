import { and, arrayContains, asc, count, desc, eq, inArray, isNotNull, lt, notInArray, or, type SQL, sql } from "drizzle-orm"
import type { JsonObject, SandboxStatus } from "../../../contract/index.ts"
import { type Db, unlessTaken } from "../db.ts"
import { sandboxes, sandboxHosts } from "../schema.ts"
import { signal } from "../signals.ts"

export type SandboxRecord = typeof sandboxes.$inferSelect
export type SandboxHost = typeof sandboxHosts.$inferSelect

/** How a sandbox came to its end. */
export interface SandboxEnd {
  status: "TERMINATED" | "ERROR"
  errorType: string | null
  errorMessage: string | null
  exitCode?: number | null
}

const endedStatuses: SandboxStatus[] = ["TERMINATED", "ERROR"]
/** How long a worker that says nothing is still taken to be there. */
const hostSilentSeconds = 60
/** How long a sandbox may wait for a worker with room. */
const waitMinutesMax = 15

/** Stores a new sandbox and wakes the workers. The same key again gives the sandbox of the first time. */
export async function insertSandbox(db: Db, values: typeof sandboxes.$inferInsert): Promise<SandboxRecord> {
  const stored = await unlessTaken(
    db.transaction(async (tx) => {
      const [row] = await tx.insert(sandboxes).values(values).returning()
      await signal(tx, "sandbox")
      return row
    }),
  )
  if (stored) return stored
  const [earlier] = await db
    .select()
    .from(sandboxes)
    .where(and(eq(sandboxes.userId, values.userId), eq(sandboxes.idempotencyKey, values.idempotencyKey as string)))
  return earlier as SandboxRecord
}

export async function findSandbox(db: Db, id: string): Promise<SandboxRecord | undefined> {
  return (await db.select().from(sandboxes).where(eq(sandboxes.id, id)))[0]
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
    filter.ids ? inArray(sandboxes.id, filter.ids) : undefined,
    filter.userId ? eq(sandboxes.userId, filter.userId) : undefined,
    filter.teamId ? eq(sandboxes.teamId, filter.teamId) : undefined,
    filter.evaluationId ? eq(sandboxes.evaluationId, filter.evaluationId) : undefined,
    filter.status ? eq(sandboxes.status, filter.status) : undefined,
    filter.active ? notInArray(sandboxes.status, endedStatuses) : undefined,
    filter.labels?.length ? arrayContains(sandboxes.labels, filter.labels) : undefined,
  )

/** Sandboxes that fit, newest first. */
export async function listSandboxes(
  db: Db,
  filter: SandboxFilter,
  page: { offset: number; limit: number },
): Promise<{ rows: SandboxRecord[]; total: number }> {
  const where = conditions(filter)
  const rows = await db
    .select()
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
    .where(eq(sandboxes.evaluationId, evaluationId))
  return sums ?? { active: 0, seconds: 0 }
}

/** Ends those of the sandboxes that have not ended, and tells their workers to clear them away. @returns the ids of these */
async function end(db: Db, where: SQL | undefined, how: SandboxEnd): Promise<string[]> {
  const rows = await db
    .update(sandboxes)
    .set({
      ...how,
      terminatedAt: sql`now()`,
      updatedAt: sql`now()`,
      seconds: sql`extract(epoch from now() - ${sandboxes.startedAt})`,
      sealedSecrets: null,
    })
    .where(and(where, notInArray(sandboxes.status, endedStatuses)))
    .returning({ id: sandboxes.id })
  for (const { id } of rows) await signal(db, "sandbox", id)
  return rows.map(({ id }) => id)
}

export const endSandboxes = (db: Db, ids: string[], how: SandboxEnd): Promise<string[]> =>
  ids.length === 0 ? Promise.resolve([]) : end(db, inArray(sandboxes.id, ids), how)

/** Ends what a run has left behind. */
export async function endRunSandboxes(db: Db, evaluationId: string): Promise<void> {
  await end(db, eq(sandboxes.evaluationId, evaluationId), {
    status: "TERMINATED",
    errorType: "RUN_ENDED",
    errorMessage: "The run that made it has ended",
  })
}

/** Gives up what nobody will come for: it waited too long, or its worker has been silent for a while. */
export async function endForsakenSandboxes(db: Db): Promise<void> {
  await end(db, and(eq(sandboxes.status, "PENDING"), lt(sandboxes.createdAt, sql`now() - make_interval(mins => ${waitMinutesMax})`)), {
    status: "ERROR",
    errorType: "NO_ROOM",
    errorMessage: `No worker had room for it within ${waitMinutesMax} minutes`,
  })
  const hostsThere = db.select({ worker: sandboxHosts.worker }).from(sandboxHosts).where(isThere)
  await end(db, and(isNotNull(sandboxes.worker), notInArray(sandboxes.worker, hostsThere)), {
    status: "ERROR",
    errorType: "WORKER_LOST",
    errorMessage: "The worker that kept it is gone",
  })
}

/** Takes the sandbox that has waited longest for a worker. */
export async function claimSandbox(db: Db, worker: string, gatewayUrl: string, executor: string): Promise<SandboxRecord | undefined> {
  return db.transaction(async (tx) => {
    const [next] = await tx
      .select({ id: sandboxes.id })
      .from(sandboxes)
      .where(eq(sandboxes.status, "PENDING"))
      .orderBy(asc(sandboxes.createdAt))
      .limit(1)
      .for("update", { skipLocked: true })
    if (!next) return undefined
    const [claimed] = await tx
      .update(sandboxes)
      .set({ status: "PROVISIONING", worker, gatewayUrl, executor, updatedAt: sql`now()` })
      .where(eq(sandboxes.id, next.id))
      .returning()
    return claimed
  })
}

/** Writes down where the box of a sandbox lives, and whether it has the image that was asked for. */
export async function updateSandboxHandle(db: Db, id: string, handle: JsonObject, hasImage: boolean): Promise<void> {
  await db.update(sandboxes).set({ handle, hasImage }).where(eq(sandboxes.id, id))
}

/** Writes down that the box of a sandbox is gone. */
export async function forgetSandboxHandle(db: Db, id: string): Promise<void> {
  await db.update(sandboxes).set({ handle: null }).where(eq(sandboxes.id, id))
}

/** The box is there. Undefined when the sandbox was ended meanwhile. */
export async function startSandbox(db: Db, id: string): Promise<SandboxRecord | undefined> {
  const [row] = await db
    .update(sandboxes)
    .set({ status: "RUNNING", startedAt: sql`now()`, updatedAt: sql`now()`, sealedSecrets: null })
    .where(and(eq(sandboxes.id, id), eq(sandboxes.status, "PROVISIONING")))
    .returning()
  return row
}

export async function updateSandboxLog(db: Db, id: string, logTail: string): Promise<void> {
  await db.update(sandboxes).set({ logTail }).where(eq(sandboxes.id, id))
}

/** Sandboxes of a worker that have a box, or are about to. */
export async function listKeptSandboxes(db: Db, worker: string): Promise<SandboxRecord[]> {
  return db
    .select()
    .from(sandboxes)
    .where(and(eq(sandboxes.worker, worker), or(inArray(sandboxes.status, ["PROVISIONING", "RUNNING"]), isNotNull(sandboxes.handle))))
}

/** Hands the sandboxes of a worker that is gone to its successor on the same machine. */
export async function inheritSandboxes(db: Db, from: string, to: string, gatewayUrl: string): Promise<void> {
  await db.update(sandboxes).set({ worker: to, gatewayUrl }).where(eq(sandboxes.worker, from))
  await db.delete(sandboxHosts).where(eq(sandboxHosts.worker, from))
}

const isThere = sql`${sandboxHosts.seenAt} > now() - make_interval(secs => ${hostSilentSeconds})`

/** Says that a worker is there, and whether it keeps sandboxes. */
export async function beatSandboxHost(db: Db, host: Omit<SandboxHost, "seenAt">): Promise<void> {
  const { worker: _, ...said } = host
  await db
    .insert(sandboxHosts)
    .values(host)
    .onConflictDoUpdate({ target: sandboxHosts.worker, set: { ...said, seenAt: sql`now()` } })
}

export async function deleteSandboxHost(db: Db, worker: string): Promise<void> {
  await db.delete(sandboxHosts).where(eq(sandboxHosts.worker, worker))
}

export async function listSandboxHosts(db: Db): Promise<SandboxHost[]> {
  return db.select().from(sandboxHosts)
}

/** Whether some worker keeps sandboxes; if not, why, as far as a worker has said. */
export async function whyNoSandboxes(db: Db): Promise<{ offered: boolean; refusal: string | null }> {
  const there = await db.select({ refusal: sandboxHosts.refusal }).from(sandboxHosts).where(isThere)
  return { offered: there.some(({ refusal }) => refusal === null), refusal: there.find(({ refusal }) => refusal !== null)?.refusal ?? null }
}

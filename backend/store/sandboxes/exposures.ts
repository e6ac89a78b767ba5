import { and, asc, count, eq, inArray, notInArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { sandboxExposures, sandboxes } from "../schema.ts"
import { endedStatuses } from "./sandbox.ts"

const exposureFields = {
  id: sandboxExposures.id,
  sandboxId: sandboxExposures.sandboxId,
  port: sandboxExposures.port,
  name: sandboxExposures.name,
  createdAt: sandboxExposures.createdAt,
}

/** A port of a sandbox that is reachable under a name of the platform, for as long as the sandbox is there. */
export type ExposureRecord = Selected<typeof exposureFields>

const isThere = notInArray(sandboxes.status, endedStatuses)

/** Stores an exposed port. @returns undefined when the sandbox has as many as one may have */
export async function insertExposure(db: Db, values: NewOf<typeof exposureFields>, max: number): Promise<ExposureRecord | undefined> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('exposures'), hashtext(${values.sandboxId}))`)
    const [there] = await tx.select({ count: count() }).from(sandboxExposures).where(eq(sandboxExposures.sandboxId, values.sandboxId))
    if ((there?.count ?? 0) >= max) return undefined
    const [row] = await tx
      .insert(sandboxExposures)
      .values(toRow(sandboxExposures, exposureFields, values))
      .returning(exposureFields)
    return row
  })
}

export interface ExposureFilter {
  ids?: string[]
  sandboxId?: string
  userId?: string | undefined
  teamId?: string | undefined
  evaluationId?: string | undefined
}

/** Exposed ports of sandboxes that have not ended, the oldest first, with the worker that keeps each sandbox. */
export async function listExposures(db: Db, filter: ExposureFilter): Promise<(ExposureRecord & { worker: string | null })[]> {
  return db
    .select({ ...exposureFields, worker: sandboxes.worker })
    .from(sandboxExposures)
    .innerJoin(sandboxes, eq(sandboxes.id, sandboxExposures.sandboxId))
    .where(
      and(
        isThere,
        filter.ids ? inArray(sandboxExposures.id, filter.ids) : undefined,
        filter.sandboxId ? eq(sandboxExposures.sandboxId, filter.sandboxId) : undefined,
        filter.userId ? eq(sandboxes.userId, filter.userId) : undefined,
        filter.teamId ? eq(sandboxes.teamId, filter.teamId) : undefined,
        filter.evaluationId ? eq(sandboxes.evaluationId, filter.evaluationId) : undefined,
      ),
    )
    .orderBy(asc(sandboxExposures.createdAt), asc(sandboxExposures.id))
}

/** Takes an exposed port back. @returns whether it was there */
export async function deleteExposure(db: Db, sandboxId: string, id: string): Promise<boolean> {
  const gone = await db
    .delete(sandboxExposures)
    .where(and(eq(sandboxExposures.sandboxId, sandboxId), eq(sandboxExposures.id, id)))
    .returning({ id: sandboxExposures.id })
  return gone.length > 0
}

import { and, eq, inArray, isNotNull, lt, notInArray, type SQL, sql } from "drizzle-orm"
import { doomRunCheckpoints } from "../checkpoints/deleted-checkpoints.ts"
import { failCheckpointsOf } from "../checkpoints/taken-checkpoints.ts"
import type { Db } from "../db.ts"
import { endInstances } from "../instances/instance-time.ts"
import { sandboxes, sandboxHosts } from "../schema.ts"
import { signal } from "../signals.ts"
import { endedStatuses, type SandboxEnd } from "./sandbox.ts"
import { isThere } from "./sandbox-hosts.ts"

/** How long a sandbox may wait for a worker with room. */
const waitMinutesMax = 15

/** Ends the given sandboxes unless they have ended already, and signals their workers to clean up. @returns the ids of those it ended */
async function end(db: Db, where: SQL | undefined, how: SandboxEnd): Promise<string[]> {
  return db.transaction(async (tx) => {
    const rows = await tx
      .update(sandboxes)
      .set({
        ...how,
        terminatedAt: sql`now()`,
        updatedAt: sql`now()`,
        seconds: sql`extract(epoch from now() - ${sandboxes.startedAt})`,
        sealedSecrets: null,
      })
      .where(and(where, notInArray(sandboxes.status, endedStatuses)))
      .returning({ id: sandboxes.id, isInstance: sandboxes.isInstance })
    await endInstances(
      tx,
      rows.filter(({ isInstance }) => isInstance).map(({ id }) => id),
    )
    await failCheckpointsOf(
      tx,
      rows.map(({ id }) => id),
      "The sandbox ended before its files were stored",
    )
    for (const { id } of rows) await signal(tx, "sandbox", id)
    return rows.map(({ id }) => id)
  })
}

export const endSandboxes = (db: Db, ids: string[], how: SandboxEnd): Promise<string[]> =>
  ids.length === 0 ? Promise.resolve([]) : end(db, inArray(sandboxes.id, ids), how)

/** Ends the sandboxes that a run left behind, and with them the checkpoints that it took. */
export async function endRunSandboxes(db: Db, evaluationId: string): Promise<void> {
  await end(db, eq(sandboxes.evaluationId, evaluationId), {
    status: "TERMINATED",
    errorType: "RUN_ENDED",
    errorMessage: "The run that made it has ended",
  })
  await doomRunCheckpoints(db, evaluationId)
}

/** Gives up sandboxes that waited too long, or whose worker has sent no heartbeat for a while. */
export async function endOrphanedSandboxes(db: Db): Promise<void> {
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

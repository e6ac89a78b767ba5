import { and, asc, eq, inArray, isNotNull, or, sql } from "drizzle-orm"
import type { JsonObject } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { sandboxes, sandboxHosts } from "../schema.ts"
import type { SandboxRecord } from "./sandbox.ts"
import { sandboxFields } from "./sandbox.ts"

/**
 * Takes the sandbox that has waited longest for a worker.
 * @param host.keepsInstances whether one that holds an instance may be taken, too
 */
export async function claimSandbox(
  db: Db,
  { worker, gatewayUrl, executor, keepsInstances }: { worker: string; gatewayUrl: string; executor: string; keepsInstances: boolean },
): Promise<SandboxRecord | undefined> {
  return db.transaction(async (tx) => {
    const [next] = await tx
      .select({ id: sandboxes.id })
      .from(sandboxes)
      .where(and(eq(sandboxes.status, "PENDING"), keepsInstances ? undefined : eq(sandboxes.isInstance, false)))
      .orderBy(asc(sandboxes.createdAt))
      .limit(1)
      .for("update", { skipLocked: true })
    if (!next) return undefined
    const [claimed] = await tx
      .update(sandboxes)
      .set({ status: "PROVISIONING", worker, gatewayUrl, executor, updatedAt: sql`now()` })
      .where(eq(sandboxes.id, next.id))
      .returning(sandboxFields)
    return claimed
  })
}

/** Stores the executor's handle of a sandbox, and whether it has the requested image. */
export async function updateSandboxHandle(db: Db, id: string, handle: JsonObject, hasImage: boolean): Promise<void> {
  await db.update(sandboxes).set({ handle, hasImage }).where(eq(sandboxes.id, id))
}

/** Records that the process of a sandbox is gone. */
export async function forgetSandboxHandle(db: Db, id: string): Promise<void> {
  await db.update(sandboxes).set({ handle: null }).where(eq(sandboxes.id, id))
}

/** Marks a sandbox as running. Undefined when it was ended meanwhile. */
export async function startSandbox(db: Db, id: string): Promise<SandboxRecord | undefined> {
  const [row] = await db
    .update(sandboxes)
    .set({ status: "RUNNING", startedAt: sql`now()`, updatedAt: sql`now()`, sealedSecrets: null })
    .where(and(eq(sandboxes.id, id), eq(sandboxes.status, "PROVISIONING")))
    .returning(sandboxFields)
  return row
}

export async function updateSandboxLog(db: Db, id: string, logTail: string): Promise<void> {
  await db.update(sandboxes).set({ logTail }).where(eq(sandboxes.id, id))
}

/** Sandboxes of a worker that have a process, or are about to. */
export async function listWorkerSandboxes(db: Db, worker: string): Promise<SandboxRecord[]> {
  return db
    .select(sandboxFields)
    .from(sandboxes)
    .where(and(eq(sandboxes.worker, worker), or(inArray(sandboxes.status, ["PROVISIONING", "RUNNING"]), isNotNull(sandboxes.handle))))
}

/** Hands the sandboxes of a dead worker to its successor on the same machine. */
export async function adoptSandboxes(db: Db, from: string, to: string, gatewayUrl: string): Promise<void> {
  await db.update(sandboxes).set({ worker: to, gatewayUrl }).where(eq(sandboxes.worker, from))
  await db.delete(sandboxHosts).where(eq(sandboxHosts.worker, from))
}

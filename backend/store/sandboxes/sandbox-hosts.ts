import { eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type Selected, toRow } from "../fields.ts"
import { sandboxHosts } from "../schema.ts"

export const sandboxHostFields = {
  worker: sandboxHosts.worker,
  executor: sandboxHosts.executor,
  gatewayUrl: sandboxHosts.gatewayUrl,
  refusal: sandboxHosts.refusal,
  seenAt: sandboxHosts.seenAt,
}

/** A worker that keeps sandboxes, or says why it cannot. */
export type SandboxHost = Selected<typeof sandboxHostFields>

/** How long a worker that says nothing is still taken to be there. */
const hostSilentSeconds = 60

export const isThere = sql`${sandboxHosts.seenAt} > now() - make_interval(secs => ${hostSilentSeconds})`

/** Says that a worker is there, and whether it keeps sandboxes. */
export async function recordHostHeartbeat(db: Db, host: Omit<SandboxHost, "seenAt">): Promise<void> {
  const { worker: _, ...said } = host
  await db
    .insert(sandboxHosts)
    .values(toRow(sandboxHosts, sandboxHostFields, host))
    .onConflictDoUpdate({ target: sandboxHosts.worker, set: { ...said, seenAt: sql`now()` } })
}

export async function deleteSandboxHost(db: Db, worker: string): Promise<void> {
  await db.delete(sandboxHosts).where(eq(sandboxHosts.worker, worker))
}

export async function listSandboxHosts(db: Db): Promise<SandboxHost[]> {
  return db.select(sandboxHostFields).from(sandboxHosts)
}

/** Whether some worker keeps sandboxes; if not, why, as far as a worker has said. */
export async function findSandboxSupport(db: Db): Promise<{ offered: boolean; refusal: string | null }> {
  const there = await db.select({ refusal: sandboxHosts.refusal }).from(sandboxHosts).where(isThere)
  return { offered: there.some(({ refusal }) => refusal === null), refusal: there.find(({ refusal }) => refusal !== null)?.refusal ?? null }
}

import { eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type Selected, toRow } from "../fields.ts"
import { sandboxHosts } from "../schema.ts"
import { seenLately } from "../workers/seen-lately.ts"

export const sandboxHostFields = {
  worker: sandboxHosts.worker,
  executor: sandboxHosts.executor,
  gatewayUrl: sandboxHosts.gatewayUrl,
  refusal: sandboxHosts.refusal,
  sshAddress: sandboxHosts.sshAddress,
  sshRefusal: sandboxHosts.sshRefusal,
  seenAt: sandboxHosts.seenAt,
}

/** A worker that hosts sandboxes, or the reason why it cannot. */
export type SandboxHost = Selected<typeof sandboxHostFields>

type Door = "sshAddress" | "sshRefusal"

export const isThere = seenLately(sandboxHosts.seenAt)

/** Records a worker's heartbeat, whether it hosts sandboxes, and where SSH reaches the instances among them. */
export async function recordHostHeartbeat(
  db: Db,
  host: Omit<SandboxHost, "seenAt" | Door> & Partial<Pick<SandboxHost, Door>>,
): Promise<void> {
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

/** Whether any worker hosts sandboxes; if not, the reason a worker gave, if any. */
export async function findSandboxSupport(db: Db): Promise<{ offered: boolean; refusal: string | null }> {
  const there = await db.select({ refusal: sandboxHosts.refusal }).from(sandboxHosts).where(isThere)
  return { offered: there.some(({ refusal }) => refusal === null), refusal: there.find(({ refusal }) => refusal !== null)?.refusal ?? null }
}

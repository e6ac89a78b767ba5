import { and, eq, sql } from "drizzle-orm"
import type { EgressPolicy } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { sandboxes } from "../schema.ts"
import { signal } from "../signals.ts"
import { type SandboxRecord, sandboxFields } from "./sandbox.ts"

/** Replaces what a running sandbox may reach, and wakes its worker. Undefined when it does not run (any longer). */
export async function replaceEgressPolicy(db: Db, id: string, { allowlist, denylist }: EgressPolicy): Promise<SandboxRecord | undefined> {
  const [row] = await db
    .update(sandboxes)
    .set({
      networkAllowlist: allowlist,
      networkDenylist: denylist,
      networkGeneration: sql`${sandboxes.networkGeneration} + 1`,
      updatedAt: sql`now()`,
    })
    .where(and(eq(sandboxes.id, id), eq(sandboxes.status, "RUNNING")))
    .returning(sandboxFields)
  if (row) await signal(db, "sandbox", id)
  return row
}

/** Records which of its policies a sandbox's egress proxy follows. */
export async function recordAppliedPolicy(db: Db, id: string, generation: number): Promise<void> {
  await db.update(sandboxes).set({ networkApplied: generation }).where(eq(sandboxes.id, id))
}

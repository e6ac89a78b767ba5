import { setTimeout as sleep } from "node:timers/promises"
import { canonicalPolicy, type EgressPolicyStatus, type SetEgressPolicyRequest } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { replaceEgressPolicy } from "../../store/sandboxes/egress-policies.ts"
import type { SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { findSandbox } from "../../store/sandboxes/sandboxes.ts"
import type { Context } from "../context.ts"
import { requireSandbox } from "./require-sandbox.ts"

const waitMs = 5000
const lookEveryMs = 25

export async function getEgressPolicy(ctx: Context, id: string): Promise<EgressPolicyStatus> {
  return toStatus(await requireSandbox(ctx, id))
}

/**
 * Replaces what a running sandbox may reach, and waits a moment until that is in force; the answer says whether it is.
 * @throws ServiceError when the sandbox does not run
 */
export async function setEgressPolicy(ctx: Context, id: string, input: SetEgressPolicyRequest): Promise<EgressPolicyStatus> {
  const { status } = await requireSandbox(ctx, id)
  let row = await replaceEgressPolicy(ctx.db, id, canonicalPolicy(input))
  if (!row)
    throw new ServiceError(
      "conflict",
      `The sandbox ${JSON.stringify(id)} is ${status}: what it may reach can be replaced while it is RUNNING`,
    )
  const { networkGeneration } = row
  for (const end = Date.now() + waitMs; row.networkApplied < networkGeneration && row.status === "RUNNING" && Date.now() < end; ) {
    await sleep(lookEveryMs)
    row = (await findSandbox(ctx.db, id)) ?? row
  }
  return toStatus(row)
}

const toStatus = (row: SandboxRecord): EgressPolicyStatus => ({
  policy: { allowlist: row.networkAllowlist, denylist: row.networkDenylist },
  generation: row.networkGeneration,
  applied_generation: row.networkApplied,
  applied: row.networkApplied >= row.networkGeneration,
})

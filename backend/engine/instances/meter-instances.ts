import { countInstanceTime, listRunningInstances } from "../../store/instances/instance-time.ts"
import { endSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import { accountId } from "../../store/usage/budgets.ts"
import type { WorkerContext } from "../worker-context.ts"

/** Counts the time of this worker's instances up to now, and ends those whose account may not spend more. */
export async function meterInstances({ services: { db, budgets }, owner }: Pick<WorkerContext, "services" | "owner">): Promise<void> {
  const running = await listRunningInstances(db, owner)
  await countInstanceTime(
    db,
    running.map(({ id }) => id),
  )
  const paid = running.flatMap(({ id, paidBy }) => (paidBy ? [{ id, account: paidBy, key: `${accountId(paidBy)} ${paidBy.userId}` }] : []))
  for (const key of new Set(paid.map((one) => one.key))) {
    const own = paid.filter((one) => one.key === key)
    const excess = own[0] && (await budgets.excessOfAccount(own[0].account))
    if (!excess) continue
    const ids = own.map(({ id }) => id)
    await endSandboxes(db, ids, { status: "TERMINATED", errorType: "BUDGET", errorMessage: excess })
  }
}

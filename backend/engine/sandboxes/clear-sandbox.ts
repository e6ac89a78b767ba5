import { rm } from "node:fs/promises"
import type { Handle } from "../../sandbox/executor.ts"
import { forgetSandboxHandle } from "../../store/sandboxes/sandbox-leases.ts"
import type { WorkerContext } from "../worker-context.ts"
import { sandboxPaths } from "./sandbox-spec.ts"

const stopGraceMs = 1000

/**
 * Ends the process of a sandbox and deletes all that is left of it on this machine.
 * @param onStopped called when the process is gone and its files are still there
 */
export async function clearSandbox(
  { services, executor }: WorkerContext,
  id: string,
  handle: Handle | null,
  onStopped?: () => Promise<void>,
): Promise<void> {
  if (handle) {
    await executor.stop(handle, stopGraceMs)
    await onStopped?.()
    await executor.remove(handle)
  }
  await rm(sandboxPaths(services.config, id).root, { recursive: true, force: true })
  await forgetSandboxHandle(services.db, id)
}

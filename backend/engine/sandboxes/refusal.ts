import type { WorkerContext } from "../worker-context.ts"
import { sandboxPaths } from "./sandbox-spec.ts"

/** What the address of a Unix socket can hold. */
const socketPathBytesMax = 107

/** Why this worker cannot keep sandboxes; null when it can. */
export async function sandboxRefusal({ services, executor }: WorkerContext): Promise<string | null> {
  if (services.config.sandboxes.perWorker === 0) return "There are no sandboxes on this platform: SANDBOXES_PER_WORKER is 0"
  const probe = await executor.probe()
  if (!probe.ok || probe.isolation === "none")
    return `There are no sandboxes on this platform: programs cannot be kept apart on the worker's machine${probe.reason ? ` (${probe.reason})` : ""}`
  const { socket } = sandboxPaths(services.config, "x".repeat(24))
  if (Buffer.byteLength(socket) > socketPathBytesMax)
    return "There are no sandboxes on this platform: the path of DATA_DIR is too long for their sockets"
  return null
}

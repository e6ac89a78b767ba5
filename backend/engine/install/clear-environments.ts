import { listWheels } from "../../store/environments/versions.ts"
import { listRemoteInterpreters } from "../../store/remote/remote-attempts.ts"
import { interpretersInUse } from "../attempt/folder.ts"
import { hasDiskRoom } from "../disk-room.ts"
import type { WorkerContext } from "../worker-context.ts"

/**
 * Deletes the Python environments of versions that were deleted, once no process runs on them, and what broken installations left;
 * of the others and of their bases, those that nothing ran on for PYTHON_KEPT_DAYS, and where the disk is nearly full the least
 * recently used ones until there is room. They are made again when they are needed.
 */
export async function clearEnvironments(context: WorkerContext): Promise<void> {
  const { db, config, log } = context.services
  const wheels = await listWheels(db)
  const mustGo = async (usedAt: number) => Date.now() - usedAt > config.pythonKeptMs || !(await hasDiskRoom(context))
  const inUse = new Set([...(await interpretersInUse(context)), ...(await listRemoteInterpreters(db))])
  const deleted = await context.python.sweep(wheels, inUse, mustGo)
  if (deleted.length > 0) log.info({ deleted }, "deleted Python environments that nothing ran on for long, or to make room on the disk")
}

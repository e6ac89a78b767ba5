import { createWriteStream } from "node:fs"
import { pipeline } from "node:stream/promises"
import { toError } from "../../../base/errors.ts"
import { checkpointKey } from "../../../base/files.ts"
import { Refusal } from "../../../base/refusal.ts"
import type { SandboxRecord } from "../../../store/sandboxes/sandbox.ts"
import type { EngineServices } from "../../worker-context.ts"

/**
 * Copies the archive of a sandbox's checkpoint to where the sandbox finds it.
 * @throws Refusal when it cannot be read
 */
export async function fetchArchive({ files, log }: EngineServices, { id, checkpointId }: SandboxRecord, target: string): Promise<void> {
  if (!checkpointId) return
  try {
    // The sandbox is another user.
    await pipeline(await files.read(checkpointKey(checkpointId)), createWriteStream(target, { mode: 0o644 }))
  } catch (error) {
    log.error({ error: toError(error).stack, sandbox: id, checkpoint: checkpointId }, "the archive of a checkpoint cannot be read")
    throw new Refusal("not_found", `The checkpoint ${checkpointId} cannot be read: it may have been deleted`)
  }
}

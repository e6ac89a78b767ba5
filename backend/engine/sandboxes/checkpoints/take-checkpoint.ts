import path from "node:path"
import { toError } from "../../../base/errors.ts"
import { checkpointKey } from "../../../base/files.ts"
import { Refusal } from "../../../base/refusal.ts"
import type { AgentLink } from "../../../sandbox/agent-link.ts"
import { workFiles } from "../../../sandbox/executor.ts"
import type { CheckpointRecord } from "../../../store/checkpoints/checkpoint.ts"
import { usageOf } from "../../../store/checkpoints/owner-usage.ts"
import { failCheckpoint, recordTaken } from "../../../store/checkpoints/taken-checkpoints.ts"
import { hasDiskRoom } from "../../disk-room.ts"
import type { WorkerContext } from "../../worker-context.ts"
import type { KeptSandbox } from "../kept-sandbox.ts"
import { platformPaths, sandboxPaths } from "../sandbox-spec.ts"

const takesAtMostMs = 15 * 60_000

/**
 * Stores what a sandbox has written. The checkpoint becomes DURABLE, or FAILED with the reason; it stays PENDING, to be taken once more, when the
 * signal says that this worker leaves the sandbox to another one.
 */
export async function takeCheckpoint(
  context: WorkerContext,
  sandbox: Pick<KeptSandbox, "use">,
  checkpoint: CheckpointRecord,
  leaving: AbortSignal,
): Promise<void> {
  const { services, owner } = context
  const { db, files, log, config } = services
  const { id, sandboxId } = checkpoint
  const key = checkpointKey(id)
  const late = AbortSignal.timeout(takesAtMostMs)
  const bytesMax = config.checkpoints.bytesPerOwner
  const folder = path.join(sandboxPaths(config, sandboxId).workDir, workFiles.inside)
  const store = async (link: AgentLink) => {
    const skip = await platformPaths(context.python.base)
    const left = bytesMax - (await usageOf(db, checkpoint)).bytes
    const { archive, occupiedBytes } = await link.pack({ folder, skip }, { signal: AbortSignal.any([late, leaving]) })
    const storedBytes = await files.put(key, atMost(left, archive))
    return { storedBytes, occupiedBytes: occupiedBytes() }
  }
  try {
    if (!(await hasDiskRoom(context))) throw new Refusal("too_large", "The disk of the worker's machine is nearly full")
    // What we broke off ourselves says nothing about the sandbox.
    const taken = await sandbox.use((link) =>
      store(link).catch((error: unknown) => (leaving.aborted || late.aborted ? "broken off" : Promise.reject(error))),
    )
    // Where it has ended, so has the checkpoint.
    if (!taken || leaving.aborted) return
    if (taken === "broken off") throw new Refusal("timeout", `It was not stored within ${takesAtMostMs / 60_000} minutes`)
    const end = await recordTaken(db, checkpoint, { worker: owner, ...taken, bytesMax })
    if (end !== "stored") await files.delete(key)
    if (end === "bytes") throw tooMuch()
  } catch (error) {
    const isRefused = error instanceof Refusal
    if (!isRefused) log.error({ error: toError(error).stack, sandbox: sandboxId, checkpoint: id }, "a checkpoint could not be stored")
    await failCheckpoint(db, id, isRefused ? error.message : "The platform could not store it; the worker's log has the details")
  }
}

const tooMuch = () => new Refusal("too_large", "It is larger than what is left of the bytes that the checkpoints of its owner may have")

async function* atMost(bytesMax: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > bytesMax) throw tooMuch()
    yield piece
  }
}

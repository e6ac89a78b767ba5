import { toError } from "../../../base/errors.ts"
import { checkpointKey } from "../../../base/files.ts"
import { deleteCheckpointRow, listDoomedCheckpoints } from "../../../store/checkpoints/deleted-checkpoints.ts"
import { listPendingCheckpoints } from "../../../store/checkpoints/taken-checkpoints.ts"
import type { WorkerContext } from "../../worker-context.ts"
import type { KeptSandbox } from "../kept-sandbox.ts"
import { takeCheckpoint } from "./take-checkpoint.ts"

/** Each compresses on a processor of its own. */
const atOnceMax = 2
const deletedAtOnce = 50

/** Takes the checkpoints that are asked for of this worker's sandboxes, some at a time. */
export class Checkpoints {
  readonly #taking = new Map<string, Promise<void>>()
  readonly #leaving = new AbortController()

  constructor(
    private readonly context: WorkerContext,
    private readonly sandboxOf: (id: string) => KeptSandbox | undefined,
  ) {}

  /** Begins with those that wait, and returns at once. */
  async take(): Promise<void> {
    const { services, owner } = this.context
    if (this.#taking.size >= atOnceMax) return
    for (const checkpoint of await listPendingCheckpoints(services.db, owner)) {
      const { id, sandboxId } = checkpoint
      const sandbox = this.sandboxOf(sandboxId)
      if (this.#taking.size >= atOnceMax || this.#leaving.signal.aborted) return
      if (!sandbox || this.#taking.has(id)) continue
      const taking = takeCheckpoint(this.context, sandbox, checkpoint, this.#leaving.signal)
        .catch((error: unknown) => services.log.warn({ error: toError(error).message, checkpoint: id }, "a checkpoint is tried again"))
        .finally(() => this.#taking.delete(id))
      this.#taking.set(id, taking)
    }
  }

  /** Deletes the bytes of those that are to go: of runs that have ended, and what a process did not get to. */
  async sweep(): Promise<void> {
    const { db, files } = this.context.services
    for (const id of await listDoomedCheckpoints(db, deletedAtOnce)) {
      await files.delete(checkpointKey(id))
      await deleteCheckpointRow(db, id)
    }
  }

  /** Breaks off those under way: whoever keeps the sandbox next takes them, and the end of a sandbox ends them. */
  async stop(): Promise<void> {
    this.#leaving.abort()
    await Promise.all(this.#taking.values())
  }
}

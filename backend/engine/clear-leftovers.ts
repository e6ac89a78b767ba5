import type { Handle } from "../sandbox/executor.ts"
import { listLeftoverAttempts, updateAttempt } from "../store/attempts.ts"
import { removeAttempt } from "./attempt.ts"
import type { Engine } from "./engine.ts"

/**
 * Ends and deletes what attempts left on this machine whose supervisor could not do so itself: it was killed between two steps, or the
 * run went on elsewhere while this machine was cut off.
 */
export async function clearLeftovers(engine: Engine): Promise<void> {
  const { db, log } = engine.services
  for (const { evaluationId, number, handle } of await listLeftoverAttempts(db, engine.machine)) {
    await engine.executor.stop(handle as unknown as Handle, 0)
    await removeAttempt(engine, (handle as unknown as Handle).id)
    await updateAttempt(db, evaluationId, number, { handle: null })
    log.info({ evaluation: evaluationId, attempt: number }, "what an attempt left was cleared away")
  }
}

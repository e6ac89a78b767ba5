import { hasOwnEndpoint } from "../../../contract/index.ts"
import { updateAttempt } from "../../store/evaluations/attempts.ts"
import { type CountedAttempt, countSandboxTimes } from "../../store/usage/sandbox-time.ts"
import type { AttemptHandle } from "../attempt/attempt-process.ts"
import { attemptId, foldersOfAttempt, keepDataOf, removeAttempt } from "../attempt/folder.ts"
import type { Engine } from "../engine.ts"
import type { RunRecord } from "./run-record.ts"
import type { StopOrder } from "./stop-order.ts"

/** How long a process has to end by itself before it is killed. */
export const stopGraceMs = 1000

/** What every step of a run's supervision works with. */
export interface SupervisedRun {
  engine: Engine
  record: RunRecord
  stop: StopOrder
  /** Starts the other processes of an attempt that has split; null where this worker has nothing to start them with, or has done so. */
  startOthers: ((handle: AttemptHandle) => Promise<void>) | null
}

/** Deletes an attempt's files, secrets included. Where this fails, clearLeftovers makes up for it. */
export async function clearAttempt({ engine, record }: SupervisedRun, attempt: number): Promise<void> {
  const id = attemptId(record.id, attempt)
  for (const name of await foldersOfAttempt(engine, id)) {
    await keepDataOf(engine, name, record.row.environmentId)
    await removeAttempt(engine, name)
  }
  await updateAttempt(engine.services.db, record.id, attempt, { handle: null })
}

/** The attempt whose sandbox time is to be counted. It is charged only to runs that pay for nothing else: those with their own endpoint. */
export function countedAttempt({ engine, record }: SupervisedRun): CountedAttempt {
  const { config } = engine.services
  const isCharged = config.sandboxUsdPerHour > 0 && hasOwnEndpoint(record.row.evalConfig)
  const sandboxes = record.handle?.shards?.length ?? 1
  return { run: record.row, usdPerHour: isCharged ? config.sandboxUsdPerHour * sandboxes : null }
}

/** Counts the sandbox time since the last count. */
export const recordSandboxTime = (run: SupervisedRun): Promise<void> => countSandboxTimes(run.engine.services.db, [countedAttempt(run)])

import type { ChangesOf, NewOf, Selected } from "../fields.ts"
import { attempts } from "../schema.ts"

export const attemptFields = {
  evaluationId: attempts.evaluationId,
  number: attempts.number,
  reason: attempts.reason,
  resumeMode: attempts.resumeMode,
  resumedBy: attempts.resumedBy,
  executor: attempts.executor,
  machine: attempts.machine,
  handle: attempts.handle,
  processes: attempts.processes,
  lastWord: attempts.lastWord,
  samples: attempts.samples,
  errored: attempts.errored,
  startedAt: attempts.startedAt,
  endedAt: attempts.endedAt,
  ended: attempts.ended,
  endDetail: attempts.endDetail,
}

/** One attempt of a run. */
export type AttemptRecord = Selected<typeof attemptFields>
export type NewAttempt = NewOf<typeof attemptFields>
export type AttemptChanges = ChangesOf<typeof attemptFields>

import type { EvaluationStatus } from "./evaluations.ts"

/** Which status may follow which. Everything that moves a run asks this table. */
const next: Record<EvaluationStatus, readonly EvaluationStatus[]> = {
  PENDING: ["RUNNING", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"],
  RUNNING: ["PENDING", "PROCESSING", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"],
  PROCESSING: ["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"],
  COMPLETED: [],
  FAILED: [],
  TIMEOUT: [],
  CANCELLED: [],
}

export const canMove = (from: EvaluationStatus, to: EvaluationStatus): boolean => next[from].includes(to)

/** The run has ended and will not change its status any more. */
export const isTerminal = (status: EvaluationStatus): boolean => next[status].length === 0

/** The run has ended and may be resumed: the one way back, from any end to PENDING, on request. */
export const canResume = (status: EvaluationStatus): boolean => isTerminal(status)

/** The run waits or works: its page shows progress and a Stop button. */
export const isActive = (status: EvaluationStatus): boolean => !isTerminal(status)

import type { Inspection } from "../../sandbox/executor.ts"

/** What is known of an attempt's process. One on another machine may wait there for its turn, or be out of sight for now. */
export type AttemptState = Inspection | { phase: "pending" | "unknown"; detail: string }

/** Whether an attempt is still to be waited for. */
export const isLiving = (state: AttemptState): state is Exclude<AttemptState, { phase: "exited" | "lost" }> =>
  state.phase !== "exited" && state.phase !== "lost"

import type { Inspection } from "../../sandbox/executor.ts"
import type { Offsets } from "./spool.ts"

/** What is known of an attempt's process. One on another machine may wait there for its turn, or be out of sight for now. */
export type AttemptState = (Inspection | { phase: "pending" | "unknown"; detail: string }) & {
  /** How much it had written, where that was seen on the way: who has read that far need not look. */
  written?: Offsets
}

/** Whether an attempt is still to be waited for. */
export const isLiving = (state: AttemptState): state is Exclude<AttemptState, { phase: "exited" | "lost" }> =>
  state.phase !== "exited" && state.phase !== "lost"

import type { Settled } from "../statistics/settled/settling.ts"
import type { ComparedRun } from "./compare.ts"

/** Whether a run chose when to stop. */
export const isSettled = (run: ComparedRun): run is ComparedRun & { settling: Settled } => run.settling?.kind === "settled"

/** Whether one of two runs chose when to stop and nothing is known of their difference that is right whenever it did. */
export const isOneLook = (run: ComparedRun, baseline: ComparedRun): boolean =>
  (isSettled(run) || isSettled(baseline)) && run.against_baseline?.interval95?.of_all_examples !== true

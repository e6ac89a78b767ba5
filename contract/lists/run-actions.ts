import type { Act } from "../access/roles.ts"

// Without schemas, which stand in run-marks.ts: pages ask what their reader may do.

/** What can be done to several runs at once. A star is the caller's own; everything else is seen by all who see the run. */
export const runActions = ["tag", "untag", "star", "unstar", "archive", "unarchive", "stop", "delete"] as const
export type RunAction = (typeof runActions)[number]

/** What each needs of the caller in the owner of the run. */
export const runActionNeeds: Record<RunAction, Act> = {
  tag: "run",
  untag: "run",
  star: "read",
  unstar: "read",
  archive: "run",
  unarchive: "run",
  stop: "run",
  delete: "write",
}

import type { SharedRun } from "@/contract/index.ts"
import { formatInterval, formatScore } from "@/lib/format.ts"

/** "demo/scholar on maze@0.2.0", or the run's name where neither is known. */
export const sharedSubject = ({ model, environment, name }: SharedRun): string => [model, environment].filter(Boolean).join(" on ") || name

/** "0.93 (95 % interval 0.85 to 0.97)" */
export function sharedScore({ reward }: SharedRun): string {
  if (!reward) return "No result"
  const interval = reward.interval95 ? ` (95 % interval ${formatInterval(reward.interval95)})` : ""
  return `${formatScore(reward.mean)}${interval}`
}

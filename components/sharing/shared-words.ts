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

/** "4 examples × 2 rollouts" */
export function sharedSize({ samples, examples }: SharedRun): string {
  const plural = (count: number, word: string) => `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`
  const each = samples / examples
  return Number.isInteger(each)
    ? `${plural(examples, "example")} × ${plural(each, "rollout")}`
    : `${plural(samples, "rollout")} of ${plural(examples, "example")}`
}

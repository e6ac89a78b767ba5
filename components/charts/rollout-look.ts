import type { RolloutOutcome } from "@/contract/index.ts"
import { formatScore } from "@/lib/format.ts"
import type { BlockLook } from "./block-look.ts"
import { rewardShare, type Scale } from "./reward-colour.ts"

interface Ended {
  outcome: RolloutOutcome
  reward: number | null
}

/** The block of a rollout that has ended. */
export function rolloutLook({ outcome, reward }: Ended, scale: Scale = { min: 0, max: 1 }): BlockLook {
  if (outcome !== "ok") return { kind: outcome }
  return reward === null ? { kind: "unscored" } : { kind: "reward", share: rewardShare(reward, scale) }
}

/** The same in words, for screen readers and tooltips. */
export function rolloutWords({ outcome, reward }: Ended): string {
  if (outcome === "error") return "error"
  return `reward ${formatScore(reward)}${outcome === "truncated" ? ", truncated" : ""}`
}

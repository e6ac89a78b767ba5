import type { BlockLook } from "@/components/charts/block-look.ts"
import { rewardShare, type Scale } from "@/components/charts/reward-colour.ts"
import type { ComparedRollout } from "@/contract/compare/compare.ts"
import { formatScore } from "@/lib/format.ts"

/** A rollout in a word: its reward, or how it ended. */
export const wordOf = ({ outcome, reward }: ComparedRollout): string =>
  outcome === "ok" ? formatScore(reward) : outcome === "error" ? "error" : `${formatScore(reward)}, truncated`

/** How its block is drawn. */
export function lookOf({ outcome, reward }: ComparedRollout, scale: Scale): BlockLook {
  if (outcome !== "ok") return { kind: outcome }
  return reward === null ? { kind: "unscored" } : { kind: "reward", share: rewardShare(reward, scale) }
}

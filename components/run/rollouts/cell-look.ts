import type { BlockLook } from "@/components/charts/block-look.ts"
import { rewardShare, type Scale } from "@/components/charts/reward-colour.ts"
import { formatScore } from "@/lib/format.ts"
import type { Cell } from "./cells.ts"

export const lookOf = (cell: Cell, scale: Scale): BlockLook =>
  cell.outcome === "error"
    ? { kind: "error" }
    : cell.outcome === "truncated"
      ? { kind: "truncated" }
      : cell.reward === null
        ? { kind: "unscored" }
        : { kind: "reward", share: rewardShare(cell.reward, scale) }

/** The text of a square for screen readers. */
export const wordsOf = (cell: Cell): string =>
  `Example ${cell.example}, rollout ${cell.rollout + 1}: ${cell.outcome === "error" ? "error" : `reward ${formatScore(cell.reward)}`}${cell.outcome === "truncated" ? ", truncated" : ""}`

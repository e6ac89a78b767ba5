import type { RunStatistics } from "@/contract/index.ts"
import { type Cell, type Cells, cellsMax } from "./cells.ts"

/** Lowest and highest reward. */
export interface Scale {
  min: number
  max: number
}

/** One square of the block bar. */
export type Block =
  | { kind: "sample"; cell: Cell }
  | { kind: "examples"; from: string; to: string; examples: number; count: number; errored: number; mean: number | null }
  | { kind: "running" }
  | { kind: "pending" }

/**
 * One block per expected rollout, landed ones first in the order of storing; long runs get one block per
 * group of neighbouring examples.
 */
export function blocks(cells: Cells, statistics: RunStatistics, expected: number | null, underWay: number): Block[] {
  const total = Math.max(expected ?? 0, statistics.samples, cells.complete ? cells.cells.length : 0)
  if (cells.complete && total <= cellsMax) {
    const landed = cells.cells.map((cell): Block => ({ kind: "sample", cell }))
    const open = Math.max(0, total - landed.length)
    const running = Math.min(open, underWay)
    return [...landed, ...Array.from({ length: open }, (_, i): Block => ({ kind: i < running ? "running" : "pending" }))]
  }
  return (statistics.example_groups ?? []).map((group): Block => ({ kind: "examples", ...group }))
}

/** A reward's place between the lowest and the highest, 0–1. Scales within 0–1 are taken as 0–1. */
export function rewardShare(reward: number, scale: Scale): number {
  const low = Math.min(0, scale.min)
  const high = Math.max(1, scale.max)
  // Halved, because the distance of two huge rewards need not be finite.
  return Math.min(1, Math.max(0, (reward / 2 - low / 2) / (high / 2 - low / 2)))
}

import type { RunStatistics } from "@/contract/index.ts"
import { type Cell, type Cells, cellsMax } from "./cells.ts"

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

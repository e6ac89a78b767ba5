import type { RolloutOutcome, RunStatistics, SampleSummary } from "@/contract/index.ts"
import type { RunReads } from "@/lib/fallback.ts"

/** What the overview draws of one sample. */
export interface Cell {
  id: string
  seq: number
  example: string
  rollout: number
  reward: number | null
  outcome: RolloutOutcome
  durationMs: number | null
  /** The sample whose place it took. */
  supersedes: string | null
}

export interface Cells {
  cells: Cell[]
  /** False for long runs: then only the samples of the first examples are here. */
  complete: boolean
}

const cellsMax = 1000

const toCell = (sample: SampleSummary): Cell => ({
  id: sample.sample_id,
  seq: sample.seq,
  example: sample.example_id,
  rollout: sample.rollout_index,
  reward: sample.reward,
  outcome: sample.outcome,
  durationMs: sample.duration_ms,
  supersedes: sample.supersedes ?? null,
})

/** The samples of a run without their texts: all of them, or those of the first examples of a long run. Given what was read before, only what came since. */
export async function readCells(reads: RunReads, before?: Cells): Promise<Cells> {
  if (before?.complete && before.cells.length > 0) {
    const news = await reads.summaries({ since_seq: before.cells.at(-1)?.seq ?? 0, sort_by: "seq", sort_order: "asc", limit: cellsMax })
    if (news.next === null) return withNews(before, news.samples.map(toCell))
  }
  const all = await reads.summaries({ sort_by: "seq", sort_order: "asc", limit: cellsMax })
  if (all.next === null) return { cells: all.samples.map(toCell), complete: true }
  const first = await reads.summaries({ sort_by: "example", sort_order: "asc", limit: cellsMax })
  return { cells: first.samples.map(toCell), complete: false }
}

function withNews(before: Cells, news: Cell[]): Cells {
  if (news.length === 0) return before
  const known = new Set(before.cells.map((cell) => cell.id))
  const replaced = new Set(news.map((cell) => cell.supersedes))
  const cells = [...before.cells.filter((cell) => !replaced.has(cell.id)), ...news.filter((cell) => !known.has(cell.id))]
  return cells.length > cellsMax ? { cells: cells.slice(0, cellsMax), complete: false } : { cells, complete: true }
}

/** One square of the block bar. */
export type Block =
  | { kind: "sample"; cell: Cell }
  | { kind: "examples"; from: string; to: string; examples: number; count: number; errored: number; mean: number | null }
  | { kind: "running" }
  | { kind: "pending" }

export const blocksMax = 600

/**
 * One block per expected rollout, landed ones first in the order in which they came; long runs get one block per example,
 * and longer ones one per group of neighbouring examples.
 */
export function blocks(cells: Cells, statistics: RunStatistics, expected: number | null, underWay: number): Block[] {
  const total = Math.max(expected ?? 0, statistics.samples, cells.complete ? cells.cells.length : 0)
  if (cells.complete && total <= blocksMax) {
    const landed = cells.cells.map((cell): Block => ({ kind: "sample", cell }))
    const open = Math.max(0, total - landed.length)
    const running = Math.min(open, underWay)
    return [...landed, ...Array.from({ length: open }, (_, i): Block => ({ kind: i < running ? "running" : "pending" }))]
  }
  const examples = statistics.by_example
  const perBlock = Math.max(1, Math.ceil(examples.length / blocksMax))
  const grouped: Block[] = []
  for (let i = 0; i < examples.length; i += perBlock) grouped.push(groupOf(examples.slice(i, i + perBlock)))
  return grouped
}

function groupOf(group: RunStatistics["by_example"]): Block {
  let sum = 0
  let scored = 0
  let count = 0
  let errored = 0
  for (const example of group) {
    count += example.count
    errored += example.errored
    if (example.mean === null) continue
    sum += example.mean
    scored++
  }
  return {
    kind: "examples",
    from: group[0]?.example_id ?? "",
    to: group.at(-1)?.example_id ?? "",
    examples: group.length,
    count,
    errored,
    mean: scored > 0 ? sum / scored : null,
  }
}

/** Where a reward stands between the worst and the best, 0–1. Rewards within 0–1 stand where they are. */
export function rewardShare(reward: number, scale: { min: number; max: number }): number {
  const low = Math.min(0, scale.min)
  const high = Math.max(1, scale.max)
  return Math.min(1, Math.max(0, (reward - low) / (high - low)))
}

export function medianDuration(cells: Cells): number | null {
  const durations = cells.cells.map((cell) => cell.durationMs).filter((duration) => duration !== null)
  if (durations.length === 0 || !cells.complete) return null
  durations.sort((a, b) => a - b)
  const middle = Math.floor(durations.length / 2)
  return durations.length % 2 === 1
    ? (durations[middle] as number)
    : ((durations[middle - 1] as number) + (durations[middle] as number)) / 2
}

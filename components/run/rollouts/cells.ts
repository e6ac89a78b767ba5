import { expectedRollouts, rolloutsOf } from "@/components/shared/run-facts.ts"
import type { Evaluation, RolloutOutcome, SampleSummary } from "@/contract/index.ts"
import type { RunReads } from "@/lib/reads/reads.ts"

/** One sample as the overview draws it. */
export interface Cell {
  id: string
  seq: number
  example: string
  rollout: number
  reward: number | null
  outcome: RolloutOutcome
  /** The sample that it replaces. */
  supersedes: string | null
}

export interface Cells {
  cells: Cell[]
  /** False for long runs: then only the samples of the first examples are here. */
  complete: boolean
}

/** As many as the bar shows one by one. */
export const cellsMax = 600
/** As many as the statistics list. */
const examplesMax = 50

/** The cells of each example, examples in the order of their first cell. */
export function byExample(cells: readonly Cell[]): Map<string, Cell[]> {
  const groups = new Map<string, Cell[]>()
  for (const cell of cells) {
    const known = groups.get(cell.example)
    if (known) known.push(cell)
    else groups.set(cell.example, [cell])
  }
  return groups
}

const toCell = (sample: SampleSummary): Cell => ({
  id: sample.sample_id,
  seq: sample.seq,
  example: sample.example_id,
  rollout: sample.rollout_index,
  reward: sample.reward,
  outcome: sample.outcome,
  supersedes: sample.supersedes ?? null,
})

/**
 * The samples of a run without their texts: all of them, or those of the first examples of a long run. Given `before`, only
 * what has been stored since is read.
 */
export async function readCells(reads: RunReads, run: Evaluation, before?: Cells): Promise<Cells> {
  if (before?.complete && before.cells.length > 0) {
    const news = await reads.summaries({ since_seq: before.cells.at(-1)?.seq ?? 0, sort_by: "seq", sort_order: "asc", limit: cellsMax })
    if (news.next === null) return withNews(before, news.samples.map(toCell))
  }
  // By example, which are the first of a long run, so that one read does for long and short ones.
  const { samples, next } = await reads.summaries({ sort_by: "example", sort_order: "asc", limit: drawnOf(run) })
  const cells = samples.map(toCell)
  return next === null ? { cells: cells.sort((a, b) => a.seq - b.seq), complete: true } : { cells: ofFirstExamples(cells), complete: false }
}

/** How many samples are drawn one by one: all of a short run, those of the examples that are listed of a long one. */
function drawnOf(run: Evaluation): number {
  const rollouts = rolloutsOf(run)
  const isLong = Math.max(expectedRollouts(run) ?? 0, run.total_samples) > cellsMax
  return isLong && rollouts ? Math.min(cellsMax, examplesMax * rollouts) : cellsMax
}

/** The cells of the examples that are listed one by one. */
function ofFirstExamples(cells: Cell[]): Cell[] {
  const examples = new Set<string>()
  return cells.filter(({ example }) => examples.has(example) || (examples.size < examplesMax && examples.add(example)))
}

function withNews(before: Cells, news: Cell[]): Cells {
  if (news.length === 0) return before
  const known = new Set(before.cells.map((cell) => cell.id))
  const replaced = new Set(news.map((cell) => cell.supersedes))
  const cells = [...before.cells.filter((cell) => !replaced.has(cell.id)), ...news.filter((cell) => !known.has(cell.id))]
  return cells.length > cellsMax ? { cells: ofFirstExamples(cells.slice(0, cellsMax)), complete: false } : { cells, complete: true }
}

import { byExample, type Cell, type Cells, cellsMax } from "./cells.ts"

/** One rollout of an example: done, in progress or still to come. */
export type Slot = { kind: "sample"; cell: Cell } | { kind: "running" } | { kind: "pending" }

export interface HeatColumn {
  /** The example's id; null for one of which nothing has come yet. */
  example: string | null
  slots: Slot[]
}

interface Expected {
  /** How many rollouts there will be; null where that is not known. */
  rollouts: number | null
  perExample: number | null
  underWay: number
  /** In the order of arrival no block moves while more come. */
  order: "arrival" | "hardest first"
}

/** Whether all rollouts, with those still to come, are few enough to be drawn one by one. */
export const areFew = (cells: Cells, expected: number | null): boolean =>
  cells.complete && Math.max(expected ?? 0, cells.cells.length) <= cellsMax

/** A column for each example, a slot for each of its rollouts. */
export function heatColumns(cells: readonly Cell[], expected: Expected): HeatColumn[] {
  const examples = [...byExample(cells)]
  if (expected.order === "hardest first") examples.sort(([, a], [, b]) => compare(meanOf(a), meanOf(b)))
  if (expected.rollouts === null) return examples.map(([example, own]) => ({ example, slots: slotsOf(own, null) }))
  const columns = examples.map(([example, own]) => ({ example, slots: slotsOf(own, expected.perExample) }))
  const open = Math.max(0, expected.rollouts - columns.reduce((sum, { slots }) => sum + slots.length, 0))
  const each = expected.perExample ?? 1
  const waiting = Array.from({ length: Math.ceil(open / each) }, (_, i) => ({
    example: null,
    slots: Array.from({ length: Math.min(each, open - i * each) }, (): Slot => ({ kind: "pending" })),
  }))
  return withRunning([...columns, ...waiting], expected.underWay)
}

/** The rollouts of an example at their own places, as long as it is known how many it will have. */
function slotsOf(own: readonly Cell[], perExample: number | null): Slot[] {
  const slots: Slot[] = Array.from({ length: perExample ?? 0 }, () => ({ kind: "pending" }))
  for (const cell of [...own].sort((a, b) => a.rollout - b.rollout)) {
    if (slots[cell.rollout]?.kind === "pending") slots[cell.rollout] = { kind: "sample", cell }
    else slots.push({ kind: "sample", cell })
  }
  return slots
}

/** Which rollouts are in progress is not known, only how many: the next ones are drawn so. */
function withRunning(columns: HeatColumn[], underWay: number): HeatColumn[] {
  let left = underWay
  return columns.map(({ example, slots }) => ({
    example,
    slots: slots.map((slot) => (slot.kind === "pending" && left-- > 0 ? { kind: "running" } : slot)),
  }))
}

// The difference of two infinities is no number.
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

/** The mean reward of an example's rollouts; examples without any come first. */
function meanOf(own: readonly Cell[]): number {
  const rewards = own.flatMap(({ reward }) => (reward === null ? [] : [reward]))
  return rewards.length === 0 ? Number.NEGATIVE_INFINITY : rewards.reduce((sum, reward) => sum + reward / rewards.length, 0)
}

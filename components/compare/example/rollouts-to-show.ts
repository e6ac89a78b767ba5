import type { ComparedRollout } from "@/contract/compare/compare.ts"

/** The rollouts of an example that show best what became of it: after a gain the baseline's worst beside the run's best, after a loss the reverse. */
export function rolloutsToShow(
  baseline: readonly ComparedRollout[],
  run: readonly ComparedRollout[],
  difference: number,
): [ComparedRollout | undefined, ComparedRollout | undefined] {
  if (difference === 0) return [baseline[0], run[0]]
  const [first, second] = difference > 0 ? [worst, best] : [best, worst]
  return [first(baseline), second(run)]
}

/** An error is worse than every reward; of equal ones the first. */
const value = ({ outcome, reward }: ComparedRollout): number => (outcome === "error" || reward === null ? Number.NEGATIVE_INFINITY : reward)
const best = (rollouts: readonly ComparedRollout[]) => [...rollouts].sort((a, b) => order(value(b), value(a)))[0]
const worst = (rollouts: readonly ComparedRollout[]) => [...rollouts].sort((a, b) => order(value(a), value(b)))[0]

const order = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

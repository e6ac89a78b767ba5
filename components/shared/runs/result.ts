import type { RunStatistics } from "@/contract/index.ts"
import { counted } from "@/lib/format.ts"

/** "20 examples × 5 rollouts", or the plain counts where examples have different numbers of rollouts. */
export function resultSize({ samples, examples }: Pick<RunStatistics, "samples" | "examples">): string {
  const each = samples / examples
  return Number.isInteger(each)
    ? `${counted(examples, "example")} × ${counted(each, "rollout")}`
    : `${counted(samples, "rollout")} of ${counted(examples, "example")}`
}

/** The numbers of the drawing of a result: how examples' means are spread, and the mean of all with its interval. */
export function figureOf({ reward, examples, example_bins: exampleBins }: Pick<RunStatistics, "reward" | "examples" | "example_bins">) {
  // The mean of a single example is no distribution: its rollouts are.
  const isSingle = examples < 2 || !exampleBins
  return {
    bins: (isSingle ? reward?.bins : exampleBins) ?? [],
    counted: isSingle ? "rollouts" : "examples",
    mean: reward?.mean ?? null,
    interval: reward?.interval95 ?? null,
    scale: { min: reward?.min ?? 0, max: reward?.max ?? 1 },
  }
}

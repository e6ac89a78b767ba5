import type { RunStatistics } from "@/contract/index.ts"

/** The numbers of the drawing of a result: how examples' means are spread, and the mean of all with its interval. */
export function figureOf({ reward, examples, example_bins: exampleBins }: RunStatistics) {
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

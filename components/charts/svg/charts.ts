import type { CompareResponse, Distribution, Interval95, RunStatistics, TrendPoint } from "@/contract/index.ts"

/** The numbers of a chart that can be saved. */
export type Chart =
  | {
      kind: "result"
      bins: Distribution["bins"]
      /** What the bins count, such as "examples". */
      counted: string
      mean: number | null
      interval: Interval95 | null
      scale: { min: number; max: number }
    }
  | { kind: "pass"; points: RunStatistics["pass_at_k"]; threshold: number }
  | { kind: "metrics"; metrics: readonly Distribution[] }
  | { kind: "comparison"; runs: CompareResponse["runs"] }
  | { kind: "trend"; points: readonly TrendPoint[] }

/** A chart's numbers as a table. */
export interface ChartTable {
  columns: string[]
  rows: (string | number | null)[][]
}

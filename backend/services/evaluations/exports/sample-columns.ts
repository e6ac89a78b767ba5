import type { Db } from "../../../store/db.ts"
import { listMetrics } from "../../../store/samples/list-samples.ts"
import type { SampleRecord } from "../../../store/samples/sample.ts"
import type { UsageSums } from "../../../store/usage/usage-sums.ts"

export type Cell = string | number | null

/** A column of a table of samples. */
export interface Column {
  name: string
  type: "text" | "integer" | "number"
  /** @param usage of the sample's model calls, where they went through the platform */
  of: (row: SampleRecord, usage: UsageSums | undefined) => Cell
}

const fixedColumns: Column[] = [
  { name: "example_id", type: "text", of: (row) => row.exampleId },
  { name: "rollout_index", type: "integer", of: (row) => row.rolloutIndex },
  { name: "reward", type: "number", of: (row) => row.reward },
  { name: "outcome", type: "text", of: (row) => row.outcome },
  { name: "stop_condition", type: "text", of: (row) => row.stopCondition },
  { name: "input_tokens", type: "integer", of: (row) => row.inputTokens },
  { name: "output_tokens", type: "integer", of: (row) => row.outputTokens },
  { name: "duration_ms", type: "number", of: (row) => row.durationMs },
  { name: "cached_tokens", type: "integer", of: (_, usage) => usage?.cachedTokens ?? null },
  { name: "reasoning_tokens", type: "integer", of: (_, usage) => usage?.reasoningTokens ?? null },
  { name: "cost_usd", type: "number", of: (_, usage) => (usage && usage.unpricedRequests === 0 ? usage.costUsd : null) },
]

/** The columns that every table of a run's samples has: facts, one for each metric, and the error. */
export async function sampleColumns(db: Db, evaluationId: string): Promise<Column[]> {
  const metrics = (await listMetrics(db, evaluationId)).map(
    ({ name, isNumber }): Column => ({
      name: `metric: ${name}`,
      type: isNumber ? "number" : "text",
      of: ({ metrics }) => (Object.hasOwn(metrics, name) ? (metrics[name] as string | number) : null),
    }),
  )
  return [...fixedColumns, ...metrics, { name: "error", type: "text", of: (row) => row.error }]
}

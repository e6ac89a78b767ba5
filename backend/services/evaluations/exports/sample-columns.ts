import type { ExactNumber } from "../../../../contract/index.ts"
import type { Db } from "../../../store/db.ts"
import { countReviewed } from "../../../store/reviews/rated-samples.ts"
import { type ReviewMarks, readReviewMarks } from "../../../store/reviews/review-marks.ts"
import { listMetrics } from "../../../store/samples/list-samples.ts"
import type { SampleRecord } from "../../../store/samples/sample.ts"
import { listRolloutUsage } from "../../../store/usage/usage.ts"
import type { UsageSums } from "../../../store/usage/usage-sums.ts"

/** A number may have more digits than a double. */
export type Cell = string | number | ExactNumber | null

/** What is known of a sample beside its row. */
interface Beside {
  /** Of its model calls, where they went through the platform. */
  usage: UsageSums | undefined
  /** What people said about it. */
  review: ReviewMarks | undefined
}

/** A column of a table of samples. */
export interface Column {
  name: string
  type: "text" | "integer" | "number"
  of: (row: SampleRecord, beside: Beside) => Cell
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
  { name: "cached_tokens", type: "integer", of: (_, { usage }) => usage?.cachedTokens ?? null },
  { name: "reasoning_tokens", type: "integer", of: (_, { usage }) => usage?.reasoningTokens ?? null },
  { name: "cost_usd", type: "number", of: (_, { usage }) => (usage && usage.unpricedRequests === 0 ? usage.costUsd : null) },
]

const reviewColumns: Column[] = [
  { name: "rating", type: "number", of: (_, { review }) => review?.rating ?? null },
  { name: "review_labels", type: "text", of: (_, { review }) => review?.labels.join(", ") || null },
]

/** What is known of some samples beside their rows. */
export async function readBeside(db: Db, evaluationId: string, rows: readonly SampleRecord[]): Promise<(row: SampleRecord) => Beside> {
  const ids = rows.map(({ id }) => id)
  const [usage, reviews] = await Promise.all([listRolloutUsage(db, evaluationId, rows), readReviewMarks(db, evaluationId, ids, null)])
  return ({ id }) => ({ usage: usage.get(id), review: reviews.get(id) })
}

/** The columns that every table of a run's samples has: facts, one for each metric, and the error; also what people said, where they did. */
export async function sampleColumns(db: Db, evaluationId: string): Promise<Column[]> {
  const metrics = (await listMetrics(db, evaluationId)).map(
    ({ name, isNumber }): Column => ({
      name: `metric: ${name}`,
      type: isNumber ? "number" : "text",
      of: ({ metrics }) => (Object.hasOwn(metrics, name) ? (metrics[name] as Cell) : null),
    }),
  )
  const reviewed = await countReviewed(db, evaluationId)
  return [
    ...fixedColumns,
    ...(reviewed.samples > 0 ? reviewColumns : []),
    ...metrics,
    { name: "error", type: "text", of: (row) => row.error },
  ]
}

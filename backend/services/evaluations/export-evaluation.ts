import type { JsonObject } from "../../../contract/index.ts"
import { averageReward } from "../../store/evaluations/evaluation.ts"
import { listMetricNames, listSamples } from "../../store/samples/list-samples.ts"
import type { SampleRecord } from "../../store/samples/sample.ts"
import { listSampleBodiesAfter } from "../../store/samples/sample-bodies.ts"
import { listRolloutUsage } from "../../store/usage/usage.ts"
import type { UsageSums } from "../../store/usage/usage-sums.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./read-evaluations.ts"

// Whole samples may be megabytes each, so few are held at once; a row of the table is small.
const bodiesPerRead = 20
const rowsPerRead = 1000

/** Lines of `results.jsonl` as verifiers saves it: every sample that is stored by now, in the order of storing. */
export async function exportResults(ctx: Context, id: string): Promise<AsyncIterable<string>> {
  const { evaluation } = await requireEvaluation(ctx, id)
  return (async function* () {
    for (let after = 0, left = evaluation.samplesDone; left > 0; ) {
      const rows = await listSampleBodiesAfter(ctx.db, id, after, Math.min(bodiesPerRead, left))
      for (const { body } of rows) yield `${JSON.stringify(body)}\n`
      if (rows.length === 0) return
      after = rows.at(-1)?.seq ?? after
      left -= rows.length
    }
  })()
}

/** `metadata.json` as verifiers saves it. What the library or a pushing client said wins over what is known here. */
export async function exportMetadata(ctx: Context, id: string): Promise<JsonObject> {
  const { evaluation } = await requireEvaluation(ctx, id)
  const [environment] = evaluation.environments
  const config = (evaluation.evalConfig ?? {}) as JsonObject
  return {
    // With its owner, so that `prime eval push` knows where the results belong.
    env_id: environment ? [environment.owner, environment.name].filter(Boolean).join("/") : evaluation.dataset,
    env_args: config.env_args ?? {},
    model: evaluation.modelName,
    base_url: config.api_base_url ?? null,
    num_examples: config.num_examples ?? null,
    rollouts_per_example: config.rollouts_per_example ?? null,
    sampling_args: config.sampling_args ?? {},
    date: (evaluation.startedAt ?? evaluation.createdAt).toISOString(),
    avg_reward: averageReward(evaluation),
    avg_error: evaluation.samplesDone > 0 ? evaluation.samplesErrored / evaluation.samplesDone : null,
    state_columns: config.state_columns ?? [],
    evaluation_id: evaluation.id,
    ...evaluation.metadata,
  }
}

const fixedColumns = [
  "example_id",
  "rollout_index",
  "reward",
  "outcome",
  "stop_condition",
  "input_tokens",
  "output_tokens",
  "duration_ms",
  "cached_tokens",
  "reasoning_tokens",
  "cost_usd",
] as const
const textColumns = ["error", "prompt", "completion"] as const

/** A table of all samples in the order of examples: one column per metric, and the beginnings of question and answer. */
export async function exportSamples(ctx: Context, id: string): Promise<AsyncIterable<string>> {
  await requireEvaluation(ctx, id)
  const metrics = await listMetricNames(ctx.db, id)
  return (async function* () {
    yield csvLine([...fixedColumns, ...metrics.map((name) => `metric: ${name}`), ...textColumns])
    let after: string | null = null
    do {
      const page = await listSamples(ctx.db, id, {}, { by: "example", descending: false }, after, rowsPerRead)
      const usage = await listRolloutUsage(ctx.db, id, page.rows)
      for (const row of page.rows) yield csvLine(cells(row, metrics, usage.get(row.id)))
      after = page.next
    } while (after !== null)
  })()
}

const cells = (row: SampleRecord, metrics: string[], usage: UsageSums | undefined): (string | number | null)[] => [
  row.exampleId,
  row.rolloutIndex,
  row.reward,
  row.outcome,
  row.stopCondition,
  row.inputTokens,
  row.outputTokens,
  row.durationMs,
  usage?.cachedTokens ?? null,
  usage?.reasoningTokens ?? null,
  usage && usage.unpricedRequests === 0 ? usage.costUsd : null,
  ...metrics.map((name) => row.metrics[name] ?? null),
  row.error,
  row.promptPreview,
  row.completionPreview,
]

const csvLine = (values: readonly (string | number | null)[]): string => `${values.map(csvCell).join(",")}\r\n`

/** A cell as RFC 4180 wants it. A text that a spreadsheet would compute gets an apostrophe: models and environments wrote it. */
function csvCell(value: string | number | null): string {
  if (value === null || typeof value === "number") return value === null ? "" : String(value)
  const text = /^\s*[=+\-@]/.test(value) && !Number.isFinite(Number(value)) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

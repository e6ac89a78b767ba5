import { stringify } from "csv-stringify/sync"
import { listMetricNames, listSamples } from "../../../store/samples/list-samples.ts"
import type { SampleRecord } from "../../../store/samples/sample.ts"
import { listRolloutUsage } from "../../../store/usage/usage.ts"
import type { UsageSums } from "../../../store/usage/usage-sums.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import type { Exporter } from "./exporter.ts"

const rowsPerRead = 1000

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

type Cell = string | number | null

/** A table of all samples in the order of examples: one column per metric, and the beginnings of question and answer. */
export const exportSamples: Exporter = async (ctx, id) => {
  await requireEvaluation(ctx, id)
  const metrics = await listMetricNames(ctx.db, id)
  return (async function* () {
    yield toCsv([[...fixedColumns, ...metrics.map((name) => `metric: ${name}`), ...textColumns]])
    let after: string | null = null
    do {
      const page = await listSamples(ctx.db, id, { sort_by: "example", sort_order: "asc", after, limit: rowsPerRead })
      const usage = await listRolloutUsage(ctx.db, id, page.rows)
      yield toCsv(page.rows.map((row) => cells(row, metrics, usage.get(row.id))))
      after = page.next
    } while (after !== null)
  })()
}

const cells = (row: SampleRecord, metrics: string[], usage: UsageSums | undefined): Cell[] => [
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
  ...metrics.map((name) => (Object.hasOwn(row.metrics, name) ? (row.metrics[name] as number) : null)),
  row.error,
  row.promptPreview,
  row.completionPreview,
]

/** Rows as RFC 4180 wants them; a line break of any kind is quoted. */
const toCsv = (rows: Cell[][]): string =>
  stringify(rows, { record_delimiter: "windows", quoted_match: /[\r\n]/, cast: { string: withoutFormula } })

/**
 * Text that a spreadsheet would compute gets an apostrophe: models and environments wrote it. Numbers stay numbers, and a formula
 * after blanks counts too; the library's own `escape_formulas` knows neither.
 */
const withoutFormula = (text: string): string => (/^\s*[=+\-@]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text)

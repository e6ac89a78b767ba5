import { problemsInRow } from "@/contract/failures/sample-problems.ts"
import type { JsonObject, SampleSummary } from "@/contract/index.ts"
import { rowFacts } from "@/contract/samples/sample-row.ts"

/**
 * A row of the samples table out of a raw sample, for platforms that only offer the raw ones.
 * @param position place in the order of storing, from 0; it becomes the sample's id, because raw samples need not have one
 */
export function toSampleSummary(row: JsonObject, position: number, rolloutIndex: number): SampleSummary {
  const facts = rowFacts(row)
  return {
    sample_id: String(position),
    seq: position + 1,
    example_id: facts.exampleId || String(position),
    rollout_index: typeof row.rollout_index === "number" ? row.rollout_index : rolloutIndex,
    reward: facts.reward,
    metrics: facts.metrics,
    text_metrics: facts.textMetrics,
    outcome: facts.outcome,
    error: facts.error,
    error_class: problemsInRow(row)[0]?.class ?? null,
    stop_condition: facts.stopCondition,
    input_tokens: facts.inputTokens,
    output_tokens: facts.outputTokens,
    duration_ms: facts.durationMs,
    prompt_preview: facts.promptPreview,
    completion_preview: facts.completionPreview,
    created_at: typeof row.created_at === "string" ? row.created_at : new Date(0).toISOString(),
  }
}

/** Summaries of all samples of a run, numbered within their example in the order of storing. */
export function toSampleSummaries(rows: readonly JsonObject[]): SampleSummary[] {
  const seen = new Map<string, number>()
  return rows.map((row, position) => {
    const example = row.example_id === null || row.example_id === undefined ? String(position) : String(row.example_id)
    const index = seen.get(example) ?? 0
    seen.set(example, index + 1)
    return toSampleSummary(row, position, index)
  })
}

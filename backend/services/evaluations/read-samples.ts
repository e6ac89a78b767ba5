import type {
  JsonObject,
  ListSampleSummariesQuery,
  ListSampleSummariesResponse,
  SampleDetail,
  SampleSummary,
  UsageTotals,
} from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { findSample, listSampleBodies, listSamples, type SampleRecord } from "../../store/samples.ts"
import { listRolloutUsage, type UsageSums } from "../../store/usage.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./read-evaluations.ts"
import { toUsage } from "./to-evaluation.ts"

const toSummary = (row: SampleRecord, usage: ReadonlyMap<string, UsageSums>): SampleSummary => ({
  sample_id: row.id,
  seq: row.seq,
  example_id: row.exampleId,
  rollout_index: row.rolloutIndex,
  reward: row.reward,
  metrics: row.metrics,
  outcome: row.outcome,
  error: row.error,
  stop_condition: row.stopCondition,
  input_tokens: row.inputTokens,
  output_tokens: row.outputTokens,
  usage: usageOf(row, usage),
  duration_ms: row.durationMs,
  prompt_preview: row.promptPreview,
  completion_preview: row.completionPreview,
  created_at: row.createdAt.toISOString(),
})

function usageOf(row: SampleRecord, usage: ReadonlyMap<string, UsageSums>): UsageTotals | null {
  const sums = row.sessionId === null ? undefined : usage.get(row.sessionId)
  return sums ? toUsage(sums) : null
}

const readUsage = (ctx: Context, evaluationId: string, rows: SampleRecord[]) =>
  listRolloutUsage(
    ctx.db,
    evaluationId,
    rows.flatMap((row) => row.sessionId ?? []),
  )

export async function listSampleSummaries(
  ctx: Context,
  evaluationId: string,
  query: ListSampleSummariesQuery,
): Promise<ListSampleSummariesResponse> {
  await requireEvaluation(ctx, evaluationId)
  const since = query.since_seq ?? null
  const sort = since === null ? { by: query.sort_by, descending: query.sort_order === "desc" } : { by: "seq", descending: false }
  const page = await listSamples(
    ctx.db,
    evaluationId,
    {
      outcome: query.outcome ?? null,
      rewardMin: query.reward_min ?? null,
      rewardMax: query.reward_max ?? null,
      exampleId: query.example_id ?? null,
      search: query.search ?? null,
      sinceSeq: since,
    },
    sort,
    query.after ?? null,
    query.limit,
  )
  const usage = await readUsage(ctx, evaluationId, page.rows)
  return { evaluation_id: evaluationId, samples: page.rows.map((row) => toSummary(row, usage)), total: page.total, next: page.next }
}

export async function getSample(ctx: Context, evaluationId: string, sampleId: string): Promise<SampleDetail> {
  await requireEvaluation(ctx, evaluationId)
  const found = await findSample(ctx.db, evaluationId, sampleId)
  if (!found) throw notFound("sample", sampleId)
  const usage = await readUsage(ctx, evaluationId, [found.sample])
  return { summary: toSummary(found.sample, usage), sample: found.body, previous_id: found.previousId, next_id: found.nextId }
}

export async function getSamples(
  ctx: Context,
  evaluationId: string,
  page: number,
  limit: number,
): Promise<{ samples: JsonObject[]; total: number; pages: number }> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const samples = await listSampleBodies(ctx.db, evaluationId, (page - 1) * limit, limit)
  return { samples, total: evaluation.samplesDone, pages: Math.ceil(evaluation.samplesDone / limit) }
}

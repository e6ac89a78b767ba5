import {
  fixFor,
  type JsonObject,
  type ListErrorGroupsResponse,
  type ListSampleSummariesQuery,
  type ListSampleSummariesResponse,
  problemWords,
  type RunStatistics,
  type SampleDetail,
  type SampleProblem,
  type SampleSummary,
  type UsageTotals,
} from "../../../contract/index.ts"
import { plainText } from "../../../contract/logs/terminal-text.ts"
import { answerIn } from "../../../contract/samples/answers.ts"
import { shortLine } from "../../../contract/samples/previews.ts"
import { notFound } from "../../base/errors.ts"
import { type ReviewMarks, readReviewMarks } from "../../store/reviews/review-marks.ts"
import { listErrorGroups as listGroups, listSamples } from "../../store/samples/list-samples.ts"
import { numericMetrics, type SampleRecord, textMetrics } from "../../store/samples/sample.ts"
import { listSampleAnswers, type SampleAnswers } from "../../store/samples/sample-answers.ts"
import { findSample, listSampleBodies } from "../../store/samples/sample-bodies.ts"
import { listRolloutUsage } from "../../store/usage/usage.ts"
import type { UsageSums } from "../../store/usage/usage-sums.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"
import { statisticsOf } from "./run-statistics.ts"
import { toUsage } from "./to-evaluation.ts"

/** What is known of samples beside their rows, by their ids. */
interface Beside {
  usage: ReadonlyMap<string, UsageSums>
  reviews: ReadonlyMap<string, ReviewMarks>
}

async function readBeside(ctx: Context, evaluationId: string, rows: readonly SampleRecord[]): Promise<Beside> {
  const [usage, reviews] = await Promise.all([
    listRolloutUsage(ctx.db, evaluationId, rows),
    readReviewMarks(
      ctx.db,
      evaluationId,
      rows.map(({ id }) => id),
      ctx.viewer.userId,
    ),
  ])
  return { usage, reviews }
}

const toSummary = (row: SampleRecord, { usage, reviews }: Beside): SampleSummary => ({
  sample_id: row.id,
  seq: row.seq,
  example_id: row.exampleId,
  rollout_index: row.rolloutIndex,
  attempt: row.attempt,
  supersedes: row.supersedes,
  superseded: row.superseded,
  reward: row.reward,
  metrics: numericMetrics(row.metrics),
  text_metrics: textMetrics(row.metrics),
  outcome: row.outcome,
  error: row.error,
  error_class: row.errorClass,
  stop_condition: row.stopCondition,
  input_tokens: row.inputTokens,
  output_tokens: row.outputTokens,
  usage: usageOf(row, usage),
  duration_ms: row.durationMs,
  prompt_preview: row.promptPreview,
  completion_preview: row.completionPreview,
  review: reviews.get(row.id) ?? null,
  created_at: row.createdAt.toISOString(),
})

function usageOf(row: SampleRecord, usage: ReadonlyMap<string, UsageSums>): UsageTotals | null {
  const sums = usage.get(row.id)
  return sums ? toUsage(sums) : null
}

export async function listSampleSummaries(
  ctx: Context,
  evaluationId: string,
  query: ListSampleSummariesQuery,
): Promise<ListSampleSummariesResponse> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const isContinued = typeof query.since_seq === "number"
  const page = await listSamples(ctx.db, evaluationId, isContinued ? { ...query, sort_by: "seq", sort_order: "asc" } : query)
  const beside = await readBeside(ctx, evaluationId, page.rows)
  const ids = page.rows.map((row) => row.id)
  const answers = query.with_answers ? await listSampleAnswers(ctx.db, ids) : null
  const isFirst = !isContinued && typeof query.after !== "string"
  return {
    evaluation_id: evaluationId,
    samples: page.rows.map((row) => ({
      ...toSummary(row, beside),
      ...(answers && toAnswers(answers.get(row.id))),
    })),
    total: page.total ?? evaluation.samplesDone,
    next: page.next,
    search: page.scope,
    metric_names: isFirst ? metricNames(await statisticsOf(ctx, evaluation)) : null,
  }
}

/** What samples answered beside what was expected, in a line each. */
const toAnswers = (answers: SampleAnswers | undefined): Pick<SampleSummary, "answer_preview" | "expected_preview"> => ({
  answer_preview: answers?.said ? shortLine(plainText(answerIn(answers.said))) : null,
  expected_preview: answers?.expected ? shortLine(plainText(answers.expected)) : null,
})

const metricNames = ({ metrics, text_metrics: texts }: RunStatistics): string[] => [...metrics.map(({ name }) => name), ...(texts ?? [])]

export async function getSample(ctx: Context, evaluationId: string, sampleId: string): Promise<SampleDetail> {
  await requireEvaluation(ctx, evaluationId)
  const found = await findSample(ctx.db, evaluationId, sampleId)
  if (!found) throw notFound("sample", sampleId)
  const beside = await readBeside(ctx, evaluationId, [found.sample, ...found.sameRollout])
  return {
    summary: toSummary(found.sample, beside),
    sample: found.body,
    problems: found.sample.problems ?? [],
    previous_id: found.previousId,
    next_id: found.nextId,
    same_rollout: found.sameRollout.length > 1 ? found.sameRollout.map((row) => toSummary(row, beside)) : null,
  }
}

/** What went wrong in the rollouts of a run, by cause, with the setting that would have avoided it. */
export async function listErrorGroups(ctx: Context, evaluationId: string): Promise<ListErrorGroupsResponse> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const groups = await listGroups(ctx.db, evaluationId)
  return {
    evaluation_id: evaluationId,
    groups: groups.flatMap(({ key, count, first }) => {
      const problem: SampleProblem | undefined = first.problems?.[0]
      if (!problem) return []
      const fix = evaluation.isHosted ? fixFor(problem, evaluation.evalConfig ?? {}) : null
      return [{ class: problem.class, key, ...problemWords(problem), samples: count, sample_id: first.id, first: problem, fix }]
    }),
  }
}

export async function getSamples(
  ctx: Context,
  evaluationId: string,
  page: number,
  limit: number,
): Promise<{ samples: JsonObject[]; total: number; pages: number }> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const samples = await listSampleBodies(ctx.db, evaluationId, evaluation.samplesSuperseded === 0, (page - 1) * limit, limit)
  return { samples, total: evaluation.samplesDone, pages: Math.ceil(evaluation.samplesDone / limit) }
}

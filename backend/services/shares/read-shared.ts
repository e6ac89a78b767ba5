import {
  type JsonObject,
  ListLogLinesQuery,
  ListSampleSummariesQuery,
  type ListSharedLogQuery,
  type ListSharedLogResponse,
  type ListSharedSamplesQuery,
  type ListSharedSamplesResponse,
  type SampleSummary,
  type SharedMessage,
  type SharedRun,
  type SharedSample,
  type SharedSampleDetail,
} from "../../../contract/index.ts"
import { everyShownText } from "../../../contract/samples/shown-texts.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { ServiceError } from "../../base/errors.ts"
import { noteShareOpened } from "../../store/shares/shares.ts"
import type { Services } from "../context.ts"
import { getEvaluation, getRunStatistics } from "../evaluations/get-evaluation.ts"
import { listLogLines } from "../evaluations/read-logs.ts"
import { getSample, listSampleSummaries } from "../evaluations/read-samples.ts"
import { requireShare } from "./open-share.ts"

const textMax = 20_000
const textsMax = 400
const lineMax = 4000

/** The run of a link as everybody may see it. */
export async function readSharedRun(services: Services, token: string, pass?: string | null): Promise<SharedRun> {
  const { share, ctx } = await requireShare(services, token, pass)
  const [run, statistics] = await Promise.all([getEvaluation(ctx, share.evaluationId), getRunStatistics(ctx, share.evaluationId)])
  await noteShareOpened(services.db, share.id)
  const rollouts = run.eval_config?.rollouts_per_example ?? run.metadata.rollouts_per_example
  return {
    name: run.name,
    environment: run.environment ? [run.environment.name, run.environment.version].filter(Boolean).join("@") : null,
    model: run.model_name ?? null,
    status: run.status,
    examples: statistics.examples,
    rollouts_per_example: typeof rollouts === "number" ? rollouts : null,
    samples: statistics.samples,
    errored: statistics.errored,
    created_at: run.created_at,
    completed_at: run.completed_at ?? null,
    reward: statistics.reward,
    metrics: statistics.metrics,
    reward_scored: statistics.reward_scored ?? null,
    pass_at_k: statistics.pass_at_k,
    pass_threshold: statistics.pass_threshold,
    example_bins: statistics.example_bins ?? null,
    scope: { samples: share.samples, logs: share.logs },
    expires_at: share.expiresAt?.toISOString() ?? null,
  }
}

const toShared = (summary: SampleSummary): SharedSample => ({
  sample_id: summary.sample_id,
  example_id: summary.example_id,
  rollout_index: summary.rollout_index,
  reward: summary.reward,
  metrics: summary.metrics,
  outcome: summary.outcome,
  error: summary.error,
  prompt_preview: summary.prompt_preview,
  completion_preview: summary.completion_preview,
})

/** @throws ServiceError not_found where the link does not show samples */
export async function listSharedSamples(
  services: Services,
  token: string,
  { after, limit, pass }: ListSharedSamplesQuery,
): Promise<ListSharedSamplesResponse> {
  const { share, ctx } = await requireShare(services, token, pass)
  if (!share.samples) throw notShown("samples")
  const page = await listSampleSummaries(ctx, share.evaluationId, ListSampleSummariesQuery.parse({ limit, ...(after ? { after } : {}) }))
  return { samples: page.samples.map(toShared), total: page.total, next: page.next ?? null }
}

/** @throws ServiceError not_found where the link does not show samples, or has none of that id */
export async function readSharedSample(
  services: Services,
  { token, sample_id: sampleId }: { token: string; sample_id: string },
  pass?: string | null,
): Promise<SharedSampleDetail> {
  const { share, ctx } = await requireShare(services, token, pass)
  if (!share.samples) throw notShown("samples")
  const found = await getSample(ctx, share.evaluationId, sampleId)
  return {
    sample: toShared(found.summary),
    ...messagesOf(found.sample),
    previous_id: found.previous_id,
    next_id: found.next_id,
  }
}

/** The texts that people see of a sample, by message: nothing else of its row leaves. */
function messagesOf(row: JsonObject): Pick<SharedSampleDetail, "messages" | "cut"> {
  const texts = everyShownText(row)
  let cut = texts.length > textsMax
  const messages: (SharedMessage & { name: string | null })[] = []
  for (const { text, kind, message, role } of texts.slice(0, textsMax)) {
    if (text.length > textMax) cut = true
    const last = messages.at(-1)
    const shown = { kind, text: cutText(text, textMax) }
    if (last && last.name === message && message !== null) last.texts.push(shown)
    else messages.push({ name: message, role, texts: [shown] })
  }
  return { messages: messages.map(({ name, ...message }) => message), cut }
}

/** @throws ServiceError not_found where the link does not show the log */
export async function listSharedLog(
  services: Services,
  token: string,
  { from, limit, pass }: ListSharedLogQuery,
): Promise<ListSharedLogResponse> {
  const { share, ctx } = await requireShare(services, token, pass)
  if (!share.logs) throw notShown("the log")
  const { lines, total, next } = await listLogLines(ctx, share.evaluationId, ListLogLinesQuery.parse({ from, limit, characters: lineMax }))
  return { lines: lines.map(({ n, at, text }) => ({ n, at, text })), total, next: next !== null && next < total ? next : null }
}

const notShown = (what: string) => new ServiceError("not_found", `This link does not show ${what}`)

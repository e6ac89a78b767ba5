import { type Evaluation, hasOwnEndpoint, isActive, limits, type UsageTotals } from "../../../contract/index.ts"
import { averageReward, type EvaluationRecord, progressOf } from "../../store/evaluations/evaluation.ts"
import type { EvaluationWithContext } from "../../store/evaluations/evaluations.ts"
import { noUsage, type UsageSums } from "../../store/usage/usage-sums.ts"

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

/** Sums of requests in the shape of the contract. */
export const toUsage = (sums: UsageSums): UsageTotals => ({
  requests: sums.requests,
  failed_requests: sums.failedRequests,
  prompt_tokens: sums.promptTokens,
  cached_tokens: sums.cachedTokens,
  reasoning_tokens: sums.reasoningTokens,
  completion_tokens: sums.completionTokens,
  cost_usd: sums.unpricedRequests > 0 ? null : sums.costUsd,
})

/**
 * What a run used, with the time of its sandboxes. That time costs something only where the model is not paid for here; without a
 * price for it the cost of such a run is unknown.
 */
function runUsage({ evaluation, usage, sandbox }: EvaluationWithContext): UsageTotals | null {
  if (!usage && sandbox.ms === null) return null
  const requests = toUsage(usage ?? noUsage)
  const hasUnknownCost = requests.cost_usd === null || (hasOwnEndpoint(evaluation.evalConfig) && sandbox.usd === null)
  return {
    ...requests,
    cost_usd: hasUnknownCost ? null : (requests.cost_usd ?? 0) + (sandbox.usd ?? 0),
    sandbox_seconds: (sandbox.ms ?? 0) / 1000,
    sandbox_cost_usd: sandbox.usd,
  }
}

const isStale = (row: EvaluationRecord): boolean =>
  !row.isHosted && isActive(row.status) && Date.now() - row.updatedAt.getTime() > limits.uploadStaleMinutes * 60_000

export const viewerUrl = (publicUrl: string, id: string): string => `${publicUrl}/dashboard/evaluations/${id}`

/** A row in the shape of the contract. Statistics are left to those who ask for one evaluation. */
export function toEvaluation(found: EvaluationWithContext, publicUrl: string): Evaluation {
  const { evaluation: row, createdBy, baselineId, baselineMean } = found
  const [first] = row.environments
  const config = (row.evalConfig ?? {}) as { num_examples?: unknown; rollouts_per_example?: unknown }
  return {
    evaluation_id: row.id,
    name: row.name,
    status: row.status,
    eval_type: row.evalType,
    user_id: row.userId,
    team_id: row.teamId,
    environment_ids: row.environments.map((one) => one.id),
    environment_names: row.environments.map((one) => (one.owner ? `${one.owner}/${one.name}` : one.name)),
    suite_id: row.suiteId,
    schedule_id: row.scheduleId,
    run_id: row.runId,
    version_id: row.versionId,
    is_hosted: row.isHosted,
    sandbox_id: null,
    inference_model: row.isHosted ? row.modelName : null,
    eval_config: row.evalConfig,
    error_message: row.failure ? [row.failure.title, row.failure.message].filter(Boolean).join(": ") : null,
    logs: null,
    model_name: row.modelName,
    dataset: row.dataset,
    framework: row.framework,
    task_type: row.taskType,
    description: row.description,
    tags: row.tags,
    total_samples: row.samplesDone,
    avg_score: averageReward(row),
    min_score: row.rewardMin,
    max_score: row.rewardMax,
    started_at: iso(row.startedAt),
    completed_at: iso(row.completedAt),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    metadata: row.isHosted
      ? {
          ...row.metadata,
          num_examples: config.num_examples,
          rollouts_per_example: config.rollouts_per_example,
          avg_reward: averageReward(row) ?? undefined,
        }
      : row.metadata,
    metrics: row.metrics,
    viewer_url: viewerUrl(publicUrl, row.id),
    is_public: row.isPublic,
    show_on_leaderboard: row.showOnLeaderboard,
    statistics: null,
    chartData: null,
    rubricInfo: null,
    detailedMetrics: null,
    rewardStats: null,
    environment: first
      ? { id: first.id, owner: first.owner, name: first.name, version: first.version, content_hash: first.content_hash }
      : null,
    phase: row.phase,
    phase_detail: row.phaseDetail,
    progress: progressOf(row),
    failure: row.failure,
    usage: runUsage(found),
    created_by: createdBy,
    timeout_at: iso(row.deadlineAt),
    executor: row.executor,
    refused_permissions: row.refusedPermissions,
    attempt: row.isHosted ? row.attempt : null,
    stale: isStale(row),
    notes: row.notes,
    scores_of: row.scoresOf,
    settling: row.settling,
    archived_at: iso(row.archivedAt),
    baseline: baselineId === null ? null : { evaluation_id: baselineId, mean: baselineMean },
  }
}

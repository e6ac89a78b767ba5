import type { Evaluation, UsageTotals } from "../../../contract/index.ts"
import { asMarkupSentence, inertMarkup } from "../../base/terminal-text.ts"
import { averageReward, type EvaluationWithContext, progressOf, type UsageRecord } from "../../store/evaluations.ts"

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

export function toUsage(row: UsageRecord | null): UsageTotals | null {
  if (!row) return null
  return {
    requests: row.requests,
    failed_requests: row.failedRequests,
    prompt_tokens: row.promptTokens,
    cached_tokens: row.cachedTokens,
    reasoning_tokens: row.reasoningTokens,
    completion_tokens: row.completionTokens,
    cost_usd: row.unpricedRequests > 0 ? null : row.costUsd,
  }
}

export const viewerUrl = (publicUrl: string, id: string): string => `${publicUrl}/dashboard/evaluations/${id}`

/** A row in the shape of the contract. Statistics are left to those who ask for one evaluation. */
export function toEvaluation({ evaluation: row, usage, createdBy }: EvaluationWithContext, publicUrl: string): Evaluation {
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
    run_id: row.runId,
    version_id: row.versionId,
    is_hosted: row.isHosted,
    sandbox_id: null,
    inference_model: row.isHosted ? row.modelName : null,
    eval_config: row.evalConfig,
    // For the prime CLI, which prints it as markup. Who shows it otherwise reads `failure`.
    error_message: row.failure ? asMarkupSentence([row.failure.title, row.failure.message].filter(Boolean).join(": ")) : null,
    logs: null,
    model_name: row.modelName && inertMarkup(row.modelName),
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
    usage: toUsage(usage),
    created_by: createdBy,
    timeout_at: iso(row.deadlineAt),
    executor: row.executor,
    refused_permissions: row.refusedPermissions,
    attempt: row.isHosted ? row.attempt : null,
  }
}
